import TestSupport
import Testing

@testable import Callbacks

/// The pool as a state machine.
struct IdleConnectionsTests {
    @Test func `the newest is taken first, and each once`() {
        var idle = IdleConnections<String, Int>(forOne: 3, forAll: 10)
        for number in 1...3 { _ = idle.put("a", number, number) }
        _ = idle.put("b", 4, 4)
        #expect(idle.count == 4)
        let taken = ["a", "a", "a", "a", "b", "c"].map { idle.take($0) }
        #expect(taken == [3, 2, 1, nil, 4, nil] && idle.count == 0)
    }

    @Test func `the oldest of a place makes room, and all places together are bounded`() {
        var idle = IdleConnections<String, Int>(forOne: 2, forAll: 3)
        _ = idle.put("a", 1, 1)
        _ = idle.put("a", 2, 2)
        let third = idle.put("a", 3, 3)
        #expect(third.isKept && third.evicted == 1)
        let kept = [idle.put("b", 4, 4).isKept, idle.put("c", 5, 5).isKept]
        let none = idle.take("c")
        #expect(kept == [true, false] && idle.count == 3 && none == nil)
    }

    @Test func `what was closed is never taken, and nothing is kept after the end`() {
        var idle = IdleConnections<String, Int>(forOne: 4, forAll: 4)
        for number in 1...3 { _ = idle.put("a", number, number) }
        let removed = [idle.remove("a", 3), idle.remove("a", 3), idle.remove("b", 2)]
        #expect(removed == [true, false, false])
        let taken = idle.take("a")
        let isRemoved = idle.remove("a", 2)
        #expect(taken == 2 && !isRemoved)
        idle.close()
        let left = idle.take("a")
        let isKept = idle.put("a", 9, 9).isKept
        #expect(left == nil && !isKept && idle.count == 0)
    }

    @Test func `whatever happens, none is in two hands and the bounds hold`() async {
        await Fuzz.run("idle connections", rounds: 300) { hostile, note in
            let bounds = (Int.random(in: 0...3, using: &hostile.random), Int.random(in: 0...5, using: &hostile.random))
            var idle = IdleConnections<Int, Int>(forOne: bounds.0, forAll: bounds.1)
            note("\(bounds)")
            var waiting: [Int: Int] = [:]
            var last = 0
            for _ in 0..<60 {
                let key = Int.random(in: 0...2, using: &hostile.random)
                switch Int.random(in: 0...2, using: &hostile.random) {
                case 0:
                    last += 1
                    let (isKept, evicted) = idle.put(key, last, last)
                    if let evicted {
                        let place = waiting.removeValue(forKey: evicted)
                        #expect(place == key)
                    }
                    if isKept { waiting[last] = key }
                case 1:
                    let newest = waiting.filter { $0.value == key }.keys.max()
                    let taken = idle.take(key)
                    #expect(taken == newest)
                    if let newest { waiting[newest] = nil }
                default:
                    let number = Int.random(in: 0...last, using: &hostile.random)
                    let isRemoved = idle.remove(key, number)
                    #expect(isRemoved == (waiting[number] == key))
                    if waiting[number] == key { waiting[number] = nil }
                }
                #expect(idle.count == waiting.count && waiting.count <= max(bounds.1, 0))
                for key in 0...2 { #expect(waiting.values.count { $0 == key } <= bounds.0) }
            }
        }
    }
}
