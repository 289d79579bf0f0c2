import Domain
import Primitives
import Store
import Testing

@testable import Engine

/// How the places at one host are shared; pure, so that it can be held as properties.
struct DeliveryWindowTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private func notification(_ id: Int64, of instance: InstanceID) -> OutgoingNotification {
        OutgoingNotification(
            body: NotificationBody(
                notificationID: id,
                createdAt: Self.now,
                instanceID: instance,
                instanceName: "i",
                instanceTags: [],
                events: []
            ),
            delivery: Delivery(
                notificationID: id,
                instanceID: instance,
                state: .queued,
                attempts: 0,
                nextAttempt: nil,
                createdAt: Self.now
            )
        )
    }

    private func window(_ instances: ClosedRange<Int64>, concurrency: Int = 64) -> DeliveryWindow {
        var window = DeliveryWindow(concurrency: concurrency)
        for id in instances {
            window.set(CallbackRoute(url: "http://one.example/\(id)", signatureKey: ""), for: id, breaker: Breaker())
        }
        return window
    }

    private func give(_ window: inout DeliveryWindow, _ ids: [Int64], of instance: InstanceID) {
        window.offer(ids)
        while window.hasPending {
            let taken = window.dequeuePending(128)
            window.place(taken.map { notification($0, of: instance) }, asked: taken, now: Self.now)
        }
    }

    private func instances(_ sends: [DeliveryWindow.Send]) -> [InstanceID: Int] {
        sends.reduce(into: [:]) { $0[$1.notification.delivery.instanceID, default: 0] += 1 }
    }

    @Test func `an instance gets its place at once though another hangs in all of them with more waiting`() {
        var window = window(1...2)
        for round in 0..<10 as Range<Int64> { give(&window, Array(round * 1000 + 1...round * 1000 + 1000), of: 1) }
        #expect(instances(window.dequeueSends(at: Self.now)) == [1: 64])
        give(&window, [20_001], of: 2)
        #expect(instances(window.dequeueSends(at: Self.now)) == [2: 1])
    }

    @Test func `alone an instance has no more than the host's places`() {
        var window = window(1...1, concurrency: 5)
        give(&window, Array(1...100), of: 1)
        #expect(window.dequeueSends(at: Self.now).count == 5)
        #expect(window.dequeueSends(at: Self.now).isEmpty)
    }

    @Test(arguments: [2, 3, 20, 300] as [Int64])
    func `every one of many instances has a place within a round, and the host is not flooded`(count: Int64) {
        var window = window(1...count)
        var under: [DeliveryWindow.Send] = []
        for instance in 1...count {
            give(&window, Array(instance * 1000 + 1...instance * 1000 + 200), of: instance)
            under += window.dequeueSends(at: Self.now)
        }
        #expect(instances(under).count == Int(count))
        // Those that came while there were few have more than their share until they end.
        #expect(under.count <= 5 * 64 + Int(count))
        // What is freed goes to whoever has least, until all have as much.
        for _ in 0..<1000 {
            let crowd = instances(under)
            guard let most = crowd.max(by: { $0.value < $1.value }), most.value > (crowd.values.min() ?? 0) + 1,
                let index = under.firstIndex(where: { $0.notification.delivery.instanceID == most.key })
            else { break }
            let send = under.remove(at: index)
            window.ended(send)
            window.recorded(send.notification.delivery.notificationID)
            under += window.dequeueSends(at: Self.now)
        }
        let shares = instances(under).values
        #expect(shares.count == Int(count))
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1, "\(shares.sorted())")
    }

    @Test func `what is kept in memory of many instances stays bounded, and what did not fit is asked for again`() {
        var window = window(1...300)
        for instance in 1...300 as ClosedRange<Int64> {
            give(&window, Array(instance * 10_000 + 1...instance * 10_000 + 400), of: instance)
        }
        #expect(window.known.count <= DeliveryWindow.readyTotal * 2)
        #expect(!window.blocked.isEmpty)
        window.backlog = false
        var sent = 0
        while !window.blocked.isEmpty, sent < 100_000 {
            let sends = window.dequeueSends(at: Self.now)
            if sends.isEmpty { break }
            for send in sends {
                window.ended(send)
                window.recorded(send.notification.delivery.notificationID)
            }
            sent += sends.count
        }
        #expect(window.blocked.isEmpty && window.backlog)
    }

    @Test func `nothing is ever under way twice, whatever is offered, claimed and ended in between`() {
        let seed: UInt64 = 20_261_127
        var random = SeededWindow(seed)
        var window = window(1...3, concurrency: 4)
        var under: [DeliveryWindow.Send] = []
        var claimed: Set<Int64> = []
        for step in 0..<20_000 {
            switch random.below(5) {
            case 0: window.offer((0..<5).map { _ in Int64(random.below(40)) + 1 })
            case 1:
                let taken = window.dequeuePending(3)
                // A replay may claim one while it is read.
                if let id = taken.first, random.below(4) == 0, window.claim(id) { claimed.insert(id) }
                window.place(taken.map { notification($0, of: $0 % 3 + 1) }, asked: taken, now: Self.now)
            case 2: under += window.dequeueSends(at: Self.now)
            case 3:
                if !under.isEmpty {
                    let send = under.remove(at: random.below(under.count))
                    window.ended(send)
                    window.recorded(send.notification.delivery.notificationID)
                }
            default:
                let id = Int64(random.below(40)) + 1
                if claimed.remove(id) != nil {
                    window.recorded(id)
                } else if window.claim(id) {
                    claimed.insert(id)
                }
            }
            let ids = under.map(\.notification.delivery.notificationID) + Array(claimed)
            #expect(Set(ids).count == ids.count, "seed \(seed), step \(step)")
            if Set(ids).count != ids.count { return }
        }
    }

    @Test func `what is offered twice waits once, and what is put back comes first, in its order`() {
        var window = window(1...1)
        window.offer([1, 2, 3])
        window.offer([2, 4])
        let taken = window.dequeuePending(2)
        #expect(taken == [1, 2])
        window.putBack(taken)
        #expect(window.dequeuePending(9) == [1, 2, 3, 4])
        #expect(!window.hasPending && window.known == [1, 2, 3, 4])
    }

    @Test func `what a replay had while it was being read does not go out by what was read`() {
        var window = window(1...1)
        window.offer([1, 2])
        let taken = window.dequeuePending(9)
        let isClaimed = window.claim(1)
        #expect(isClaimed)
        // It was settled, stored and given back before the read came to its end.
        window.recorded(1)
        window.place(taken.map { notification($0, of: 1) }, asked: taken, now: Self.now)
        #expect(window.dequeueSends(at: Self.now).map(\.notification.delivery.notificationID) == [2])
        let dropped = window.dequeueDropped()
        #expect(dropped == [1] && !window.known.contains(1))
        // Where it is still open, its end has offered it anew.
        give(&window, [1], of: 1)
        #expect(window.dequeueSends(at: Self.now).map(\.notification.delivery.notificationID) == [1])
    }

    @Test func `of what is put back, only that waits again which no replay had meanwhile`() {
        var window = window(1...1)
        window.offer([1, 2, 3])
        let taken = window.dequeuePending(9)
        let (first, second) = (window.claim(1), window.claim(2))
        #expect(first && second)
        window.recorded(1)
        window.putBack(taken)
        window.offer([1])
        #expect(window.dequeuePending(9) == [3, 1])
    }

    @Test func `more ids than fit stay in the store, which is asked again`() {
        var window = window(1...1)
        window.backlog = false
        window.offer((1...Int64(DeliveryWindow.pendingLimit)).map { $0 })
        #expect(!window.backlog && !window.hasRoom)
        window.offer([5000])
        #expect(window.backlog && !window.known.contains(5000))
    }

    private static let states: [(state: DeliveryState, next: Int64?, isSent: Bool)] = [
        (.queued, nil, true), (.retrying, nil, true), (.retrying, 0, true), (.retrying, 1, false),
        (.waiting, nil, false), (.held, nil, false), (.dead, nil, false), (.delivered, nil, false), (.none, nil, false),
    ]

    @Test(arguments: states.indices) func `only what is due goes out, and the rest is forgotten`(index: Int) {
        let row = Self.states[index]
        var window = window(1...1)
        let due = notification(1, of: 1)
        var delivery = due.delivery
        delivery.state = row.state
        delivery.nextAttempt = row.next.map(Self.now.advanced(bySeconds:))
        window.offer([1, 2])
        let asked = window.dequeuePending(9)
        // The second is gone from the store.
        window.place([OutgoingNotification(body: due.body, delivery: delivery)], asked: asked, now: Self.now)
        #expect(
            window.dequeueSends(at: Self.now).map(\.notification.delivery.notificationID) == (row.isSent ? [1] : [])
        )
        #expect(window.known == (row.isSent ? [1] : []))
    }

    @Test func `of a held callback one probe goes out when it is time, and no other beside it`() {
        var window = window(1...1)
        for id in 1...10 {
            _ = window.update(1) { $0.breaker.failed("answered 500", of: Int64(id), at: Self.now, notBefore: nil) }
        }
        #expect(window.callbacks[1]?.breaker.isHeld == true && window.blocked == [1])
        give(&window, [1, 2, 3], of: 1)
        #expect(window.dequeueSends(at: Self.now).isEmpty && window.known.isEmpty)
        let later = Self.now.advanced(bySeconds: 3600)
        window.offer([1, 2, 3])
        let asked = window.dequeuePending(9)
        window.place(asked.map { notification($0, of: 1) }, asked: asked, now: later)
        #expect(window.dequeueSends(at: Self.now).count == 1)
        #expect(window.dequeueSends(at: Self.now).isEmpty && window.known.count == 1)
    }

    @Test func `a probe before its time is the one that was looked for`() {
        var window = window(1...1)
        for id in 11...20 {
            _ = window.update(1) { $0.breaker.failed("answered 500", of: Int64(id), at: Self.now, notBefore: nil) }
        }
        window.backlog = false
        give(&window, [1, 2], of: 1)
        #expect(window.dequeueSends(at: Self.now).isEmpty && window.backlog)
        window.offerProbe(2, of: 1)
        let asked = window.dequeuePending(9)
        window.place(asked.map { notification($0, of: 1) }, asked: asked, now: Self.now)
        let sends = window.dequeueSends(at: Self.now)
        #expect(sends.map(\.notification.delivery.notificationID) == [2])
    }

    @Test func `what waits for an address that is gone is forgotten, and the store is asked again`() {
        var window = window(1...1)
        give(&window, [1, 2], of: 1)
        window.backlog = false
        window.set(CallbackRoute(url: "http://two.example/1", signatureKey: ""), for: 1, breaker: Breaker())
        #expect(window.dequeueSends(at: Self.now).isEmpty)
        #expect(window.known.isEmpty && window.backlog)
        give(&window, [1, 2], of: 1)
        #expect(window.dequeueSends(at: Self.now).map(\.host) == ["two.example", "two.example"])
    }

    @Test func `a replay takes its notification out of the queue, and waits while it is under way`() {
        var window = window(1...1, concurrency: 1)
        give(&window, [1, 2], of: 1)
        let first = window.dequeueSends(at: Self.now)
        let (underWay, waiting) = (window.claim(1), window.claim(2))
        #expect(first.count == 1 && !underWay && waiting)
        window.ended(first[0])
        window.recorded(1)
        #expect(window.dequeueSends(at: Self.now).isEmpty)
        let ended = window.claim(1)
        #expect(ended)
    }

    @Test func `what waits of an instance that goes to another node is forgotten, and what is under way ends`() {
        var window = window(1...1, concurrency: 1)
        give(&window, [1, 2], of: 1)
        let first = window.dequeueSends(at: Self.now)
        window.remove(1)
        #expect(first.count == 1 && window.known == [1])
        let dropped = window.dequeueDropped()
        #expect(dropped == [2])
        // It comes again before that has ended: nothing that was read before goes out.
        window.set(CallbackRoute(url: "http://one.example/1", signatureKey: ""), for: 1, breaker: Breaker())
        window.ended(first[0])
        window.recorded(1)
        #expect(window.dequeueSends(at: Self.now).isEmpty && window.known.isEmpty && window.backlog)
    }

    @Test func `an instance without a callback here is asked for once, and again when it has one`() {
        var window = window(1...2)
        window.remove(1)
        #expect(window.blocked.isEmpty)
        give(&window, [1, 2], of: 1)
        let dropped = window.dequeueDropped()
        #expect(dropped == [1, 2] && window.dequeueSends(at: Self.now).isEmpty)
        #expect(window.blocked == [1])
        window.backlog = false
        window.set(CallbackRoute(url: "http://one.example/1", signatureKey: ""), for: 1, breaker: Breaker())
        #expect(window.blocked.isEmpty && window.backlog)
        give(&window, [1, 2], of: 1)
        #expect(instances(window.dequeueSends(at: Self.now)) == [1: 2])
    }

    @Test func `a new key for the same address leaves a hold as it is, another address ends it`() {
        var window = window(1...1)
        _ = window.update(1) { $0.breaker.hold("for now") }
        window.set(CallbackRoute(url: "http://one.example/1", signatureKey: "new"), for: 1, breaker: Breaker())
        #expect(window.callbacks[1]?.breaker.isHeld == true)
        window.set(CallbackRoute(url: "http://one.example/2", signatureKey: "new"), for: 1, breaker: Breaker())
        #expect(window.callbacks[1]?.breaker.isHeld == false)
    }
}

/// A small generator, so that a run can be had again.
private struct SeededWindow {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
