import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct DeliveryTests {
    @Test("A delivered head makes the next of its record ready", arguments: StoreKind.allCases)
    func promotion(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let result = try await fixture.append(
                .row(1, at: 2000),
                .row(1, at: 2001, name: "B"),
                .row(1, at: 2002, name: "C"),
                .row(2, at: 2000)
            )
            #expect(result.ready == [1, 4])
            #expect(try await fixture.due(at: 1) == [1, 4])
            #expect(try await fixture.attempt(1, .retrying, status: 500, next: 7000).isEmpty)
            #expect(try await fixture.state(2) == .waiting)
            #expect(try await fixture.due(at: 6999) == [4])
            #expect(try await fixture.due(at: 7000) == [1, 4])
            #expect(try await fixture.attempt(1, .delivered) == [2])
            #expect(try await fixture.attempt(2, .dead, status: 500) == [3])
            #expect(try await fixture.attempt(3, .none) == [])
            let counts = try await fixture.store.counts(.init())
            #expect(counts.byState.filter { $0.value > 0 } == [.delivered: 1, .dead: 1, .none: 1, .queued: 1])
            #expect(counts.total == 4)
        }
    }

    @Test("After a start no retry is further away than it was told to wait", arguments: StoreKind.allCases)
    func settledDue(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, at: 2000))
            func fail(_ id: Int64, at start: Int64, next: Int64, wait: Int64) async throws {
                let attempt = Attempt(
                    notificationID: id,
                    number: 1,
                    isReplay: false,
                    startedAt: Timestamp(seconds: start),
                    milliseconds: 0,
                    url: "http://callback.example",
                    outcome: .response(status: 500)
                )
                _ = try await fixture.store.record(
                    [
                        DeliveryResult(
                            attempt: attempt,
                            state: .retrying,
                            nextAttempt: Timestamp(seconds: next),
                            wait: wait * 1000
                        )
                    ],
                    by: fixture.owner
                )
            }
            // The clock that people set was elsewhere: the moments of attempts say nothing of a wait.
            try await fail(1, at: 3000, next: 10_300, wait: 300)
            try await fail(2, at: 11_000, next: 17_200, wait: 7200)
            // The clock was set back by 5,000 s while nothing ran.
            try await fixture.store.settleDue(now: Timestamp(seconds: 5000))
            #expect(try await fixture.due(at: 5299) == [3])
            #expect(try await fixture.due(at: 5300) == [1, 3])
            #expect(try await fixture.due(at: 12_199) == [1, 3])
            #expect(try await fixture.due(at: 12_200) == [1, 2, 3])
            // It was set forward by 7,000 s while the last program ran, which kept that.
            try await fixture.store.saveClockStep(7_000_000)
            try await fixture.store.settleDue(now: Timestamp(seconds: 12_000))
            #expect(try await fixture.due(at: 12_299) == [3])
            #expect(try await fixture.due(at: 12_300) == [1, 3])
            // What was kept counts once.
            try await fixture.store.settleDue(now: Timestamp(seconds: 12_000))
            #expect(try await fixture.due(at: 12_299) == [3])
        }
    }

    @Test("Attempts are kept with what the callback answered", arguments: StoreKind.allCases)
    func attempts(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000))
            try await fixture.attempt(1, .retrying, status: 503, next: 7000)
            let failure = Attempt(
                notificationID: 1,
                number: 2,
                isReplay: false,
                startedAt: Timestamp(seconds: 7000),
                milliseconds: 15_000,
                url: "http://callback.example",
                outcome: .failure("timed out after 15 s")
            )
            _ = try await fixture.store.record(
                [
                    DeliveryResult(attempt: failure, state: .retrying, nextAttempt: Timestamp(seconds: 8000)),
                    DeliveryResult(attempt: failure, state: .retrying, nextAttempt: nil),
                ],
                by: fixture.owner
            )
            let attempts = try await fixture.store.attempts(notificationID: 1)
            #expect(attempts.map(\.outcome.status) == [503, nil, nil])
            #expect(attempts[0].responseHeaders == [.init(name: "Content-Type", value: "text/plain")])
            #expect(attempts[0].responseBody == Array("thanks".utf8))
            #expect(attempts.map(\.firstByteMilliseconds) == [9, nil, nil])
            #expect(attempts[1].outcome == .failure("timed out after 15 s"))
            let delivery = try #require(try await fixture.store.outgoing([1]).first?.delivery)
            #expect(delivery.attempts == 3)
            #expect(delivery.lastStatus == nil)
            #expect(delivery.lastError == "timed out after 15 s")
            #expect(try await fixture.store.event(sequence: 1)?.attempts == attempts)
            #expect(try await fixture.attempt(77, .delivered).isEmpty)
        }
    }

    @Test("A replay never changes what a delivery that has ended was", arguments: StoreKind.allCases)
    func replaysAfterTheEnd(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000))
            _ = try await store.append(fixture.batch([.row(3, at: 2000)], hasCallback: false))
            try await fixture.attempt(1, .dead, status: 500)
            try await fixture.attempt(2, .delivered)
            for (id, before) in [(1, .dead), (2, .delivered), (3, .none)] as [(Int64, DeliveryState)] {
                let own = try #require(try await store.outgoing([id]).first?.delivery)
                for status in [503, 200, 404] {
                    try await fixture.attempt(id, .delivered, status: status, isReplay: true)
                    var expected = own
                    expected.lastReplay = ReplayOutcome(
                        at: Timestamp(seconds: 6000),
                        milliseconds: 14,
                        outcome: .response(status: status)
                    )
                    #expect(try await store.outgoing([id]).first?.delivery == expected, "\(before), \(status)")
                    #expect(expected.state == before)
                }
            }
            #expect(try await store.counts(.init()).byReplay.filter { $0.value > 0 } == [.failed: 3])
            #expect(try await store.counts(.init()).dead == 1)
            try await fixture.attempt(1, .dead, isReplay: true)
            let counts = try await store.counts(.init())
            #expect(counts.dead == 0 && counts.byState[.dead] == 1 && counts.byReplay[.succeeded] == 1)
            var filter = EventFilter()
            filter.states = [.dead]
            filter.excludedReplays = [.succeeded]
            #expect(try await store.events(PageRequest(filter: filter)).isEmpty)
        }
    }

    @Test("A replay elsewhere is an attempt and no word about the delivery", arguments: StoreKind.allCases)
    func replaysElsewhere(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000))
            let before = try #require(try await fixture.store.outgoing([1]).first?.delivery)
            try await fixture.attempt(1, .delivered, isReplay: true, isElsewhere: true)
            #expect(try await fixture.store.outgoing([1]).first?.delivery == before)
            #expect(try await fixture.store.attempts(notificationID: 1).count == 1)
        }
    }

    @Test("What is open at a held callback is held wherever it is read", arguments: StoreKind.allCases)
    func held(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let second = try await store.createInstance { .sample($0) }
            try await fixture.append(.row(1, at: 2000), .row(1, at: 2001, name: "B"), .row(2, at: 2000))
            try await fixture.append(.row(3, at: 2000), .row(4, at: 2000))
            var other = fixture.batch([.row(5, at: 2000)])
            other.instanceID = second.id
            _ = try await store.append(other)
            try await fixture.attempt(3, .retrying, status: 500, next: 9000)
            try await fixture.attempt(4, .delivered)
            for record in [nil, recordKey(1)] {
                var filter = EventFilter()
                filter.heldInstances = [1]
                filter.recordID = record
                let all = try await store.events(PageRequest(filter: filter))
                let expected: [Int64: DeliveryState] = [
                    1: .held, 2: .held, 3: .held, 4: .delivered, 5: .held, 6: .queued,
                ]
                for event in all { #expect(event.delivery?.state == expected[event.sequence]) }
                for state in DeliveryState.allCases {
                    filter.states = [state]
                    let wanted = all.filter { $0.delivery?.state == state }
                    #expect(try await store.events(PageRequest(filter: filter)).events == wanted, "\(state)")
                    #expect(try await store.counts(filter).byState[state] ?? 0 == Int64(wanted.count), "\(state)")
                    let listed = try await store.deliveries(filter, before: nil, limit: 9)
                    #expect(listed == wanted.compactMap(\.delivery), "\(state)")
                }
            }
        }
    }

    @Test("A replay moves a delivery by success alone", arguments: StoreKind.allCases)
    func replays(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000), .row(1, at: 2001, name: "B"))
            try await fixture.attempt(2, .dead, status: 500, isReplay: true)
            #expect(try await fixture.state(2) == .waiting)
            try await fixture.attempt(1, .retrying, status: 500, next: 9000)
            try await fixture.attempt(1, .dead, status: 503, isReplay: true)
            #expect(try await fixture.store.outgoing([1]).first?.delivery.lastStatus == 500)
            #expect(try await fixture.state(1) == .retrying)
            #expect(try await fixture.attempt(1, .delivered, isReplay: true) == [2])
            #expect(try await fixture.state(1) == .delivered)
            #expect(try await fixture.state(2) == .queued)
            #expect(try await fixture.store.outgoing([1]).first?.delivery.attempts == 1)
            try await fixture.attempt(1, .dead, status: 500, isReplay: true)
            #expect(try await fixture.state(1) == .delivered)
            // An answer that comes after the end changes nothing but the record of attempts.
            try await fixture.attempt(1, .retrying, status: 500, next: 9000)
            #expect(try await fixture.state(1) == .delivered)
            #expect(try await fixture.store.attempts(notificationID: 1).count == 5)
        }
    }

    @Test("What waits for a later attempt goes as far as it still waits", arguments: StoreKind.allCases)
    func requeueRetrying(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, at: 2000), .row(4, at: 2000))
            for number in 1...3 as ClosedRange<Int64> {
                try await fixture.attempt(number, .retrying, status: 500, next: 90_000 - number)
            }
            let retrying = try await store.retryingDeliveries(of: id)
            let others = try await store.retryingDeliveries(of: id + 1)
            #expect(retrying == [1, 2, 3] && others.isEmpty)
            try await fixture.attempt(2, .dead, status: 500)
            try await store.requeueRetrying(retrying, of: id + 1)
            #expect(try await store.retryingDeliveries(of: id) == [1, 3])
            try await store.requeueRetrying(retrying + [4, 55], of: id)
            #expect(try await store.retryingDeliveries(of: id).isEmpty)
            #expect(try await fixture.state(2) == .dead)
            #expect(try await fixture.due(at: 1).sorted() == [1, 3, 4])
            #expect(try await store.outgoing([1]).first?.delivery.attempts == 1)
        }
    }

    @Test("Due deliveries leave out what is in flight or held", arguments: StoreKind.allCases)
    func due(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let now = Timestamp(seconds: 7000)
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, at: 2000))
            try await fixture.attempt(2, .retrying, status: 500, next: 8000)
            #expect(try await fixture.due(at: 7000, limit: 1) == [1])
            func due(excluding: Set<Int64> = [], held: Set<InstanceID> = []) async throws -> [Int64] {
                try await store.dueDeliveries(
                    for: fixture.owner,
                    now: now,
                    limit: 9,
                    excluding: excluding,
                    heldInstances: held
                )
            }
            #expect(try await due(excluding: [1]) == [3])
            #expect(try await due(held: [1]) == [])
            #expect(try await store.nextDue(after: now, heldInstances: []) == Timestamp(seconds: 8000))
            #expect(try await store.nextDue(after: now, heldInstances: [1]) == nil)
            #expect(try await store.nextDue(after: Timestamp(seconds: 8000), heldInstances: []) == nil)
        }
    }

    @Test("Deliveries of an instance are listed by state, newest first", arguments: StoreKind.allCases)
    func listing(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let seen = (1...7).map { Observation.row($0, at: 2000) }
            _ = try await store.append(fixture.batch(seen, batchSize: 2))
            try await fixture.attempt(3, .dead, status: 500)
            func listed(_ id: InstanceID, _ state: DeliveryState? = nil, before: Int64? = nil) async throws -> [Int64] {
                var filter = EventFilter()
                filter.instanceIDs = [id]
                if let state { filter.states = [state] }
                return try await store.deliveries(filter, before: before, limit: 3).map(\.notificationID)
            }
            #expect(try await listed(1) == [7, 5, 3])
            #expect(try await listed(1, before: 3) == [1])
            #expect(try await listed(1, .dead) == [3])
            #expect(try await listed(2).isEmpty)
        }
    }

    @Test("A delivery is found by each of its events, and listed once", arguments: StoreKind.allCases)
    func foundByAnyEvent(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            let seen = (1...9).map { Observation.row($0, at: 2000, name: $0 % 3 == 2 ? "Ada" : "Bob \($0)") }
            _ = try await store.append(fixture.batch(seen, batchSize: 3))
            func found(_ text: String, before: Int64? = nil, limit: Int = 9) async throws -> [Int64] {
                let filter = try EventFilter(parsing: text, now: Timestamp(seconds: 8000))
                return try await store.deliveries(filter, before: before, limit: limit).map(\.notificationID)
            }
            #expect(try await found("ada") == [7, 4, 1])
            #expect(try await found("-ada") == [7, 4, 1])
            #expect(try await found("id:\(recordKey(6))") == [4])
            #expect(try await found("bob", limit: 2) == [7, 4])
            #expect(try await found("bob", before: 4, limit: 2) == [1])
            #expect(try await found("ada", before: 7, limit: 1) == [4])
            #expect(try await found("", limit: 1) == [7])
        }
    }

    @Test("A notification of several records waits for each of them", arguments: StoreKind.allCases)
    func severalLanes(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000))
            let both: [Observation] = [.row(1, at: 2001, name: "B"), .row(2, at: 2001, name: "B")]
            #expect(try await store.append(fixture.batch(both, batchSize: 5)).ready.isEmpty)
            try await fixture.append(.row(2, at: 2002, name: "C"))
            #expect(try await fixture.attempt(1, .delivered) == [])
            #expect(try await fixture.attempt(2, .delivered) == [3])
            #expect(try await fixture.state(5) == .waiting)
            #expect(try await fixture.attempt(3, .delivered) == [5])
        }
    }

    @Test("Deleting an instance ends its deliveries and keeps its events", arguments: StoreKind.allCases)
    func deletion(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let store = fixture.store
            try await fixture.append(.row(1, at: 2000), .row(1, at: 2001, name: "B"), .row(2, at: 2000))
            try await fixture.attempt(3, .retrying, status: 500, next: 9000)
            try await store.deleteInstance(1)
            #expect(try await store.instances().isEmpty)
            #expect(try await store.counts(.init()).byState.filter { $0.value > 0 } == [.dead: 3])
            #expect(try await store.events(PageRequest()).map(\.delivery?.state) == [.dead, .dead, .dead])
            #expect(try await fixture.due(at: 99_999).isEmpty)
            #expect(try await store.nextDue(after: .distantPast, heldInstances: []) == nil)
            #expect(try await store.ledgerEntry(1, object: "Account", recordID: recordKey(1)) == nil)
            await #expect(throws: StoreError.self) { try await fixture.append(.row(9, at: 2000)) }
            #expect(try await store.createInstance { .sample($0) }.id == 2)
        }
    }
}
