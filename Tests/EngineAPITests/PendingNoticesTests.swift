import Domain
import Primitives
import Testing

@testable import EngineAPI

/// What a reader gets of many notices: merged, few, and nothing hidden that it must look at.
struct PendingNoticesTests {
    /// Notices posted before anybody looks, and what is told of them, in order.
    struct Case: Sendable {
        let posted: [EngineNotice]
        let told: [EngineNotice]
    }

    private static let deliveryLimit = Int64(PendingNotices.deliveryLimit)
    private static let instanceLimit = Int64(PendingNotices.instanceLimit)
    private static let named = EngineNotice.deliveries((1...deliveryLimit).map { $0 })

    static let cases = [
        Case(posted: [], told: []),
        Case(posted: [.stored(count: 1, lastSequence: 7)], told: [.stored(count: 1, lastSequence: 7)]),
        // Posted by two threads, the newer sequence may come first.
        Case(
            posted: [.stored(count: 2, lastSequence: 9), .stored(count: 3, lastSequence: 5)],
            told: [.stored(count: 5, lastSequence: 9)]
        ),
        Case(
            posted: [.stored(count: .max, lastSequence: 1), .stored(count: 1, lastSequence: 2)],
            told: [.stored(count: .max, lastSequence: 2)]
        ),
        Case(posted: [.deliveries([3, 1]), .deliveries([2, 3])], told: [.deliveries([1, 2, 3])]),
        // No ids say that any delivery may have changed.
        Case(posted: [.deliveries([1]), .deliveries([]), .deliveries([2])], told: [.deliveries([])]),
        Case(posted: [.deliveries([2]), .deliveries([])], told: [.deliveries([])]),
        Case(posted: [named], told: [named]),
        Case(posted: [named, .deliveries([1])], told: [named]),
        Case(posted: [named, .deliveries([deliveryLimit + 1])], told: [.deliveries([])]),
        Case(posted: [.deliveries((1...5000).map { $0 })], told: [.deliveries([])]),
        Case(posted: [.instance(2), .instance(1), .instance(2)], told: [.instance(1), .instance(2)]),
        Case(posted: (1...instanceLimit).map { .instance($0) }, told: (1...instanceLimit).map { .instance($0) }),
        Case(posted: (0...instanceLimit).map { .instance($0) }, told: [.instancesChanged]),
        Case(posted: [.instance(1), .instancesChanged, .instance(2)], told: [.instancesChanged]),
        Case(posted: [.instancesChanged, .instancesChanged], told: [.instancesChanged]),
        Case(
            posted: [.deliveries([1]), .stored(count: 1, lastSequence: 1), .instance(1)],
            told: [.instance(1), .stored(count: 1, lastSequence: 1), .deliveries([1])]
        ),
    ]

    @Test(arguments: cases) func `what was posted is told merged, instances first`(_ example: Case) {
        var pending = PendingNotices()
        for notice in example.posted { pending.merge(notice) }
        #expect(pending.count == example.told.count)
        var told: [EngineNotice] = []
        while let next = pending.next() { told.append(next) }
        #expect(told == example.told)
        #expect(pending.isEmpty)
    }

    @Test func `what comes after all was said is named again`() {
        var pending = PendingNotices()
        for notice in [EngineNotice.deliveries([]), .instancesChanged] { pending.merge(notice) }
        while pending.next() != nil {}
        for notice in [EngineNotice.deliveries([4]), .instance(4)] { pending.merge(notice) }
        #expect(pending.next() == .instance(4))
        #expect(pending.next() == .deliveries([4]))
    }

    /// One kind is posted before each look, as under load.
    @Test(arguments: [EngineNotice.stored(count: 1, lastSequence: 1), .instance(1), .instancesChanged, .deliveries([])])
    func `no kind keeps another from being told, however fast it comes`(_ flood: EngineNotice) {
        let others: [EngineNotice] = [.instance(2), .stored(count: 1, lastSequence: 9), .deliveries([9])]
        var pending = PendingNotices()
        pending.merge(flood)
        _ = pending.next()
        for notice in others { pending.merge(notice) }
        var told: [EngineNotice] = []
        for _ in 0..<8 {
            pending.merge(flood)
            if let next = pending.next() { told.append(next) }
        }
        let kinds = Set(told.map(Self.kind))
        #expect(kinds == ["instances", "stored", "deliveries"], "\(told)")
    }

    private static func kind(_ notice: EngineNotice) -> String {
        switch notice {
        case .stored: "stored"
        case .deliveries: "deliveries"
        case .instance, .instancesChanged: "instances"
        }
    }

    /// A reader that knows only what it was told, beside what it must look at.
    private struct Reader {
        var stored = 0
        var newest: Int64 = 0
        var deliveries: Set<Int64> = []
        var instances: Set<InstanceID> = []

        mutating func post(_ notice: EngineNotice, all: ClosedRange<Int64>) {
            switch notice {
            case .stored(let count, let last): (stored, newest) = (stored + count, max(newest, last))
            case .deliveries(let ids): deliveries.formUnion(ids.isEmpty ? Array(all) : ids)
            case .instance(let id): instances.insert(id)
            case .instancesChanged: instances.formUnion(all)
            }
        }

        mutating func look(_ notice: EngineNotice) {
            switch notice {
            case .stored(let count, let last):
                stored -= count
                if last >= newest { newest = 0 }
            case .deliveries(let ids): if ids.isEmpty { deliveries = [] } else { deliveries.subtract(ids) }
            case .instance(let id): instances.remove(id)
            case .instancesChanged: instances = []
            }
        }

        var isDone: Bool { stored == 0 && newest == 0 && deliveries.isEmpty && instances.isEmpty }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `whatever is posted and whenever somebody looks, nothing stays hidden and little waits`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var pending = PendingNotices()
        var reader = Reader()
        let all: ClosedRange<Int64> = 1...Int64.random(in: 3...3000, using: &dice)
        let slowness = Int.random(in: 2...300, using: &dice)
        var newest: Int64 = 0
        for _ in 0..<4000 {
            let notice: EngineNotice
            switch Int.random(in: 0..<40, using: &dice) {
            case 0: notice = .instancesChanged
            case 1: notice = .deliveries([])
            case 2..<12: notice = .instance(.random(in: all, using: &dice))
            case 12..<26:
                let count = Int.random(in: 1...20, using: &dice)
                notice = .deliveries((0..<count).map { _ in .random(in: all, using: &dice) })
            default:
                newest += 1
                notice = .stored(count: 1, lastSequence: newest)
            }
            pending.merge(notice)
            reader.post(notice, all: all)
            if Int.random(in: 0..<slowness, using: &dice) == 0, let next = pending.next() { reader.look(next) }
            guard pending.count <= 2 * (PendingNotices.instanceLimit + 2) else {
                Issue.record("seed \(seed): \(pending.count) wait")
                return
            }
        }
        while let next = pending.next() {
            if case .deliveries(let ids) = next { #expect(ids.count <= PendingNotices.deliveryLimit, "seed \(seed)") }
            reader.look(next)
        }
        #expect(reader.isDone, "seed \(seed)")
    }

    /// The event is posted before its delivery; so it is told.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `no delivery is told before the event that was posted before it`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var pending = PendingNotices()
        var known: Int64 = 0
        func look() {
            switch pending.next() {
            case .stored(_, let last): known = last
            case .deliveries(let ids): #expect(ids.allSatisfy { $0 <= known }, "seed \(seed)")
            default: break
            }
        }
        for sequence in Int64(1)...1000 {
            pending.merge(.stored(count: 1, lastSequence: sequence))
            if Bool.random(using: &dice) { look() }
            pending.merge(.deliveries([sequence]))
            if Bool.random(using: &dice) { look() }
        }
        while !pending.isEmpty { look() }
        #expect(known == 1000, "seed \(seed)")
    }
}
