import EngineTestSupport
import Primitives
import Testing

@testable import Engine

/// An attempt that never ends keeps its heap from turning, whatever comes and goes beside it.
@Suite(.eachStore)
struct AttemptsUnderWayTests {
    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `heaps turn for as long as every attempt ends, and stand still once one does not`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var attempts = AttemptsUnderWay()
        var open: [Int] = []
        var turns = 0
        func step(_ attempts: inout AttemptsUnderWay) {
            if open.isEmpty || (open.count < 20 && Bool.random(using: &dice)) {
                let (heap, turned) = attempts.begin()
                open.append(heap)
                if turned { turns += 1 }
            } else {
                // The oldest at the latest after twenty others.
                let index = Bool.random(using: &dice) ? 0 : Int.random(in: 0..<open.count, using: &dice)
                if attempts.end(open.remove(at: index)) { turns += 1 }
            }
        }
        for _ in 0..<500 {
            step(&attempts)
            #expect(attempts.isEmpty == open.isEmpty, "seed \(seed)")
        }
        #expect(turns > 5, "seed \(seed)")
        let hung = attempts.begin().heap
        let before = turns
        for _ in 0..<500 { step(&attempts) }
        // The heap before it may become empty, and perhaps its own begins; then all stands still.
        #expect(turns - before <= 2, "seed \(seed)")
        while let heap = open.popLast() { _ = attempts.end(heap) }
        #expect(!attempts.isEmpty)
        _ = attempts.end(hung)
        #expect(attempts.isEmpty)
    }
}
