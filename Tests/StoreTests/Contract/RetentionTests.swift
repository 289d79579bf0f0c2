import Domain
import Primitives
import Store
import TestSupport
import Testing

/// What a purge takes, and what it leaves, in each store.
@Suite(.databases)
struct RetentionTests {
    /// Whatever may go by its age or number.
    private static func everything(_ newest: Int64 = .max - 1) -> PurgeRequest {
        let all = PurgeBound(through: newest)
        return PurgeRequest(settled: all, undelivered: all)
    }

    @Test(
        "Whatever is open stays, and so do dead ones that the bound of dead ones doesn't reach",
        arguments: StoreKind.allCases
    )
    func open(kind: StoreKind) async throws {
        try await kind.run { fixture in
            // 1 delivered, 2 dead, 3 retrying, 4 queued, 5 waits behind it, 6 dead and replayed well, 7 without a callback.
            for number in [1, 2, 3, 4] { try await fixture.append(.row(number, at: 2000)) }
            try await fixture.append(.row(4, at: 3000, name: "C"))
            try await fixture.append(.row(6, at: 2000))
            _ = try await fixture.store.append(fixture.batch([.row(9, at: 2000)], hasCallback: false))
            try await fixture.attempt(1, .delivered)
            try await fixture.attempt(2, .dead, status: 500)
            try await fixture.attempt(3, .retrying, status: 500, next: 7000)
            try await fixture.attempt(6, .dead, status: 500)
            try await fixture.attempt(6, .delivered, isReplay: true)
            let before = try await fixture.states()
            let step = try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 99)))
            #expect(step == 3)
            var left = before
            for gone: Int64 in [1, 6, 7] { left[gone] = nil }
            #expect(try await fixture.states() == left)
            #expect(left.values.filter { $0 == .dead }.count == 1)
            // The sharper bound takes the dead one, and nothing that is open.
            #expect(try await fixture.purge(Self.everything()) == 1)
            #expect(try await fixture.states() == left.filter { $0.value != .dead })
            #expect(
                try await fixture.due(at: 9000)
                    == left.filter { [.queued, .retrying].contains($0.value) }.keys.sorted()
            )
        }
    }

    @Test(
        "A record whose events are gone is still known: repeats are dropped, its next change is an update",
        arguments: StoreKind.allCases
    )
    func ledger(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000))
            try await fixture.attempt(1, .delivered)
            #expect(try await fixture.purge(Self.everything()) == 1)
            #expect(try await fixture.store.events(PageRequest()).isEmpty)
            #expect(try await fixture.store.event(sequence: 1) == nil)
            #expect(try await fixture.store.counts(.init()).total == 0)
            let again = try await fixture.append(.row(1, at: 2000))
            #expect(again.repeats == 1 && again.events == 0)
            let next = try await fixture.append(.row(1, at: 2001, name: "Acme GmbH"))
            // Numbers go on where they were.
            #expect(next.updated == 1 && next.lastSequence == 2 && next.ready == [2])
            let event = try #require(try await fixture.store.event(sequence: 2)?.event)
            #expect(event.changedFields.map(\.old) == ["\"Acme\""])
            // Whoever read up to the event that is gone goes on behind it.
            let page = PageRequest(direction: .oldestFirst, after: 1)
            #expect(try await fixture.store.events(page).map(\.sequence) == [2])
            // Late words about what is gone change nothing.
            #expect(try await fixture.attempt(1, .delivered) == [])
            #expect(try await fixture.store.counts(.init()).total == 1)
        }
    }

    @Test("A notification of several events goes as a whole, when its last one may", arguments: StoreKind.allCases)
    func batches(kind: StoreKind) async throws {
        try await kind.run { fixture in
            _ = try await fixture.store.append(fixture.batch((1...6).map { .row($0, at: 2000) }, batchSize: 3))
            for id: Int64 in [1, 4] { try await fixture.attempt(id, .delivered) }
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 2))) == 0)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 5))) == 3)
            #expect(try await fixture.store.events(PageRequest()).map(\.sequence) == [6, 5, 4])
            // By age the moment itself still stays.
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(before: Timestamp(seconds: 5000)))) == 0)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(before: Timestamp(seconds: 5001)))) == 3)
        }
    }

    @Test("What an open bulk replay will come to stays until it is past it or over", arguments: StoreKind.allCases)
    func replays(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let other = try await fixture.store.createInstance { .sample($0) }
            for number in 1...6 {
                var batch = fixture.batch([.row(number, object: number % 2 == 0 ? "Lead" : "Account", at: 2000)])
                if number == 6 { batch.instanceID = other.id }
                _ = try await fixture.store.append(batch)
                try await fixture.attempt(Int64(number), .delivered)
            }
            var filter = try EventFilter(parsing: "object:lead", now: .distantPast)
            filter.instanceIDs = [fixture.instance.id]
            var job = try await fixture.store.createReplayJob(
                ReplayJob(
                    instanceID: fixture.instance.id,
                    filter: filter,
                    state: .paused,
                    rate: 1,
                    total: 2,
                    lastSequence: 6,
                    createdAt: .distantPast,
                    updatedAt: .distantPast
                )
            )
            #expect(try await fixture.purge(Self.everything(), atMost: 2) == 4)
            #expect(try await fixture.states().keys.sorted() == [2, 4])
            job.position = 2
            try await fixture.store.updateReplayJob(job)
            #expect(try await fixture.purge(Self.everything()) == 1)
            #expect(try await fixture.states().keys.sorted() == [4])
            job.state = .cancelled
            try await fixture.store.updateReplayJob(job)
            #expect(try await fixture.purge(Self.everything()) == 1)
        }
    }

    @Test("Dead deliveries of an instance that is gone are nobody's any more", arguments: StoreKind.allCases)
    func orphans(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000))
            try await fixture.store.deleteInstance(fixture.instance.id)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 9))) == 2)
            #expect(try await fixture.store.counts(.init()).total == 0)
        }
    }

    @Test("The facts say what is there, and when events came", arguments: StoreKind.allCases)
    func facts(kind: StoreKind) async throws {
        try await kind.run { fixture in
            for number in 1...4 {
                _ = try await fixture.store.append(
                    fixture.batch([.row(number, at: 2000)], receivedAt: 5000 + 10 * Int64(number))
                )
                try await fixture.attempt(Int64(number), .delivered)
            }
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 1))) == 1)
            let moments = [5010, 5030, 5031, 9000].map { Timestamp(seconds: $0) }
            let facts = try await fixture.store.retentionFacts(moments)
            #expect(facts.events == 3 && facts.oldest == 2 && facts.newest == 4)
            #expect(facts.oldestMoment == Timestamp(seconds: 5020))
            #expect(moments.map { facts.lastBefore[$0] } == [nil, 2, 3, 4])
        }
    }
}

extension Fixture {
    /// A whole purge, step by step; how many events went.
    func purge(_ request: PurgeRequest, atMost: Int = 3) async throws -> Int64 {
        var (removed, position): (Int64, Int64?) = (0, 0)
        while let after = position {
            let step = try await store.purge(request, after: after, atMost: atMost)
            removed += step.removed
            position = step.position
        }
        return removed
    }

    /// The state of each event's delivery.
    func states() async throws -> [Int64: DeliveryState] {
        let events = try await store.events(PageRequest(limit: 1000))
        return Dictionary(events.map { ($0.sequence, $0.delivery?.state ?? .none) }) { $1 }
    }
}
