import Domain
import Primitives
import Store
import TestSupport
import Testing

/// Random histories of intake, attempts, replays and hurried retries; a failure names its seed.
@Suite(.campaign)
struct LanePropertyTests {
    @Test("Lanes stay in order whatever happens", arguments: StoreKind.allCases, [1, 2, 3, 4, 5, 6] as [UInt64])
    func lanes(kind: StoreKind, seed: UInt64) async throws {
        try await kind.run { fixture in
            var random = SeededGenerator(seed: seed)
            var model = LaneModel()
            for step in 0..<60 {
                try await model.step(fixture, second: 2000 + Int64(step), &random)
                try await model.check(fixture, "seed \(seed), step \(step)")
            }
            // Everything that is open can be delivered: no lane is stuck.
            while case let open = try await fixture.due(at: 1_000_000), !open.isEmpty {
                for id in open { try await fixture.attempt(id, .delivered) }
            }
            #expect(try await fixture.store.counts(.init()).open == 0, "seed \(seed)")
        }
    }
}

/// What the test knows: the records of each notification, and where it stood when last looked at.
private struct LaneModel {
    private var records: [Int64: Set<String>] = [:]
    private var states: [Int64: DeliveryState] = [:]
    private var ready: Set<Int64> = []

    mutating func step(_ fixture: Fixture, second: Int64, _ random: inout SeededGenerator) async throws {
        let open = states.filter { $0.value == .queued || $0.value == .retrying }.map(\.key).sorted()
        let retrying = states.filter { $0.value == .retrying }.map(\.key).sorted()
        ready = []
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
            let count = Int.random(in: 1...6, using: &random)
            let seen = (0..<count).map { index in
                Observation.row(Int.random(in: 1...4, using: &random), at: second, name: "\(second) \(index)")
            }
            let size = Int.random(in: 1...3, using: &random)
            let result = try await fixture.store.append(fixture.batch(seen, batchSize: size))
            ready = Set(result.ready)
        case 3..<8:
            guard let id = open.randomElement(using: &random) else { return }
            let outcome: DeliveryState =
                [.delivered, .delivered, .dead, .retrying].randomElement(using: &random) ?? .dead
            ready = Set(try await fixture.attempt(id, outcome, next: 9000))
        case 8:
            guard let id = states.keys.sorted().randomElement(using: &random) else { return }
            ready = Set(try await fixture.attempt(id, .delivered, isReplay: true))
        default:
            let hurried = Array(retrying.prefix(Int.random(in: 1...3, using: &random)))
            ready = Set(hurried)
            try await fixture.store.requeueRetrying(hurried, of: 1)
        }
    }

    mutating func check(_ fixture: Fixture, _ place: Comment) async throws {
        let before = states
        var byState: [DeliveryState: Int64] = [:]
        for event in try await fixture.store.events(PageRequest(limit: 10_000)) {
            let delivery = try #require(event.delivery)
            records[delivery.notificationID, default: []].insert(event.recordID)
            states[delivery.notificationID] = delivery.state
            byState[delivery.state, default: 0] += 1
        }
        let active = states.filter { $0.value == .queued || $0.value == .retrying }.keys
        let waiting = states.filter { $0.value == .waiting }.keys
        for record in Set(records.values.joined()) {
            #expect(active.count { records[$0]?.contains(record) == true } <= 1, place)
        }
        for id in waiting {
            let lanes = records[id] ?? []
            let isBlocked =
                active.contains { !lanes.isDisjoint(with: records[$0] ?? []) }
                || waiting.contains { $0 < id && !lanes.isDisjoint(with: records[$0] ?? []) }
            #expect(isBlocked, "notification \(id) waits for nothing, \(place)")
        }
        // What became ready is exactly what was told.
        let freed = states.filter { $0.value == .queued && before[$0.key] != .queued }.keys
        #expect(Set(freed) == ready, place)
        let counts = try await fixture.store.counts(.init()).byState.filter { $0.value > 0 }
        #expect(counts == byState, place)
    }
}
