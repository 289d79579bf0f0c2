import Domain
import Primitives
import Store
import TestSupport
import Testing

/// The same random history in each store: whatever is asked, they answer alike. A failure names its seed.
@Suite(.campaign)
struct SameHistoryTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `stores answer alike`(seed: UInt64) async throws {
        let kinds = StoreKind.allCases
        var transcripts: [[String]] = []
        for kind in kinds {
            try await kind.run { fixture in
                _ = try await fixture.store.createInstance { .sample($0) }
                var history = History(fixture: fixture, random: SeededGenerator(seed: seed))
                for step in 0..<50 { try await history.step(Int64(step)) }
                try await history.end()
                transcripts.append(history.transcript)
            }
        }
        for (kind, transcript) in zip(kinds, transcripts).dropFirst() {
            #expect(transcript.count == transcripts[0].count)
            let difference = zip(transcripts[0], transcript).first { $0 != $1 }
            if let difference {
                Issue.record("seed \(seed): \(kinds[0]) says \(difference.0), and \(kind) \(difference.1)")
            }
        }
    }
}

/// What happens to a store, and what it says of it.
private struct History {
    let fixture: Fixture
    var random: SeededGenerator
    private(set) var transcript: [String] = []
    private var store: any EventStore { fixture.store }

    init(fixture: Fixture, random: SeededGenerator) {
        self.fixture = fixture
        self.random = random
    }

    mutating func step(_ number: Int64) async throws {
        let instance = InstanceID.random(in: 1...2, using: &random)
        let notification = Int64.random(in: 1...60, using: &random)
        switch Int.random(in: 0..<15, using: &random) {
        case 0..<5: try await append(instance, number)
        case 5..<8: try await attempt(notification, isReplay: false)
        case 8: try await attempt(notification, isReplay: true)
        case 9, 10:
            let retrying = try await store.retryingDeliveries(of: instance)
            say("hurried", retrying)
            // Beside some of them one that may be anything.
            try await store.requeueRetrying(Array(retrying.prefix(3)) + [notification], of: instance)
        case 11:
            try await store.saveClockStep(Int64.random(in: -9...9, using: &random) * 1000)
            try await store.settleDue(now: Timestamp(seconds: 6000 + number))
        case 12, 13: for _ in 0..<3 { try await receive(instance, number) }
        default:
            let bound = PurgeBound(before: Timestamp(seconds: 5000 + number - 20), through: notification / 3)
            let request = PurgeRequest(settled: bound, undelivered: number % 2 == 0 ? bound : .none)
            say("purged", try await fixture.purge(request))
            say("facts", try await store.retentionFacts([Timestamp(seconds: 5000 + number)]).events)
        }
        try await look(instance, notification)
    }

    /// An instance goes, with whatever is open of it.
    mutating func end() async throws {
        try await store.deleteInstance(1)
        for notification in 1...60 as ClosedRange<Int64> { try await look(1, notification) }
    }

    private mutating func append(_ instance: InstanceID, _ number: Int64) async throws {
        let rows = (0..<Int.random(in: 1...6, using: &random)).map { index in
            Observation.row(
                Int.random(in: 1...8, using: &random),
                object: ["Account", "Lead"].randomElement(using: &random) ?? "",
                at: 2000 + number,
                name: "\(number) \(index)",
                isDeleted: Int.random(in: 0..<6, using: &random) == 0
            )
        }
        var batch = fixture.batch(
            rows,
            receivedAt: 5000 + number,
            batchSize: Int.random(in: 1...3, using: &random),
            hasCallback: Int.random(in: 0..<5, using: &random) > 0
        )
        batch.instanceID = instance
        if Bool.random(using: &random) { batch.messageID = "m\(Int.random(in: 1...9, using: &random))" }
        say("appended", try await store.append(batch))
    }

    /// A record that toggles within a second, by webhooks of which some come again.
    private mutating func receive(_ instance: InstanceID, _ number: Int64) async throws {
        var seen = Observation.row(
            Int.random(in: 21...23, using: &random),
            at: 3000,
            name: ["A", "B"].randomElement(using: &random) ?? "",
            isDeleted: Int.random(in: 0..<6, using: &random) == 0
        )
        seen.kind = .webhook(claimed: seen.isDeleted ? .deleted : .updated, isUndelete: false)
        var batch = fixture.batch([seen], receivedAt: 5000 + number)
        (batch.instanceID, batch.source, batch.pollDate) = (instance, .webhook, nil)
        if Int.random(in: 0..<4, using: &random) > 0 { batch.webhookID = "w\(Int.random(in: 1...9, using: &random))" }
        say("received", try await store.append(batch))
    }

    private mutating func attempt(_ id: Int64, isReplay: Bool) async throws {
        let results = (0..<Int.random(in: 1...4, using: &random)).map { index in
            let status = [200, 500, 410].randomElement(using: &random) ?? 200
            let failed: [DeliveryState] = [.retrying, .retrying, .dead, .queued]
            return DeliveryResult(
                attempt: Attempt(
                    notificationID: id + Int64(index % 3),
                    number: index + 1,
                    isReplay: isReplay,
                    startedAt: Timestamp(seconds: 6000),
                    milliseconds: 14,
                    url: "http://127.0.0.1:9/callback",
                    outcome: .response(status: status)
                ),
                state: status == 200 ? .delivered : failed.randomElement(using: &random) ?? .dead,
                nextAttempt: Timestamp(seconds: Int64.random(in: 6500...9000, using: &random)),
                wait: [nil, 0, 300_000, 2_000_000].randomElement(using: &random) ?? nil,
                isElsewhere: isReplay && Bool.random(using: &random),
                isUncounted: !isReplay && Int.random(in: 0..<5, using: &random) == 0
            )
        }
        say("recorded", try await store.record(results, by: fixture.owner).sorted())
    }

    private mutating func look(_ instance: InstanceID, _ notification: Int64) async throws {
        var filter = EventFilter()
        if Bool.random(using: &random) { filter.instanceIDs = [instance] }
        if Bool.random(using: &random) { filter.states = [.held, .dead, .delivered] }
        if Bool.random(using: &random) { filter.heldInstances = [1] }
        if Int.random(in: 0..<4, using: &random) == 0 { filter.excludedReplays = [.failed] }
        if Int.random(in: 0..<4, using: &random) == 0 { filter.expression = EventFilter.words("1*") }
        say("events", try await store.events(PageRequest(limit: 20, filter: filter)))
        let counts = try await store.counts(filter)
        say(
            "counts",
            counts.total,
            counts.dead,
            counts.byState.filter { $0.value != 0 }.sorted { $0.key.rawValue < $1.key.rawValue }
        )
        say("deliveries", try await store.deliveries(filter, before: notification, limit: 5))
        say("detail", try await store.event(sequence: notification) as Any)
        say("outgoing", try await store.outgoing([notification]).map(\.made))
        say("due", try await fixture.due(at: 7000))
        let probe = try await store.queuedDelivery(of: instance, for: fixture.owner, place: 0.5, excluding: [])
        say("probe", probe as Any)
        say("next", try await store.nextDue(after: Timestamp(seconds: 7000), heldInstances: [2]) as Any)
        say("ledger", try await store.ledgerIDs(instance, object: "account", after: nil, limit: 9))
    }

    private mutating func say(_ words: Any...) {
        // An attempt's own number is each store's matter: SQLite gives those of purged ones again.
        let text = words.map { "\($0)" }.joined(separator: " ").replacing(/Attempt\(id: \d+/, with: "Attempt(")
        transcript.append(text)
    }
}
