import Domain
import Primitives
import Store
import TestSupport
import Testing

/// Stamps are whole seconds: whether a webhook is posted again or a record was saved back within its second, its id tells.
@Suite(.databases)
struct WebhookIDTests {
    private static let second: Int64 = 4000

    private static func update(_ name: String, after previous: String? = nil, of record: Int = 1) -> Observation {
        var seen = Observation.row(record, at: second, name: name)
        seen.kind = .webhook(claimed: .updated, isUndelete: false)
        seen.previous = previous.map { Observation.row(record, at: 3000, name: $0).fields }
        return seen
    }

    private static func deletion() -> Observation {
        var seen = Observation.row(1, at: second, name: "A", isDeleted: true)
        seen.kind = .webhook(claimed: .deleted, isUndelete: false)
        return seen
    }

    private static func undelete() -> Observation {
        var seen = Observation.row(1, at: second, name: "A")
        seen.kind = .webhook(claimed: .updated, isUndelete: true)
        return seen
    }

    private static func make(_ batch: inout IntakeBatch, webhook id: String?) {
        (batch.source, batch.pollDate, batch.webhookID) = (.webhook, nil, id)
        batch.webhookEnvelope = WebhookEnvelope.make(
            members: [("records", "")],
            recordsName: "records",
            previousName: nil
        )
    }

    /// A webhook's id, or nil for a poll or a webhook without one; what it brings; how many events come of it.
    typealias Step = (id: String?, seen: Observation, events: Int)

    private func play(_ steps: [Step], _ fixture: Fixture) async throws {
        for (index, step) in steps.enumerated() {
            var batch = fixture.batch([step.seen], receivedAt: 5000 + Int64(index))
            if step.seen.kind != .row { Self.make(&batch, webhook: step.id) }
            batch.policies["Account"] = ChangeDecision.Policy(baseline: Timestamp(seconds: 4500))
            let result = try await fixture.store.append(batch)
            #expect(result.events == step.events && result.repeats == 1 - step.events, "step \(index)")
        }
    }

    private func names(_ fixture: Fixture) async throws -> [String?] {
        try await fixture.store.events(PageRequest(direction: .oldestFirst)).map(\.recordName)
    }

    @Test("A record that is saved back within its second is told as it is", arguments: StoreKind.allCases)
    func toggles(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (a, b) = (Self.update("A"), Self.update("B"))
            try await play(
                [
                    ("1", a, 1), ("2", b, 1), ("3", a, 1), ("4", b, 1), ("5", a, 1),
                    // Each of them posted again is none.
                    ("2", b, 0), ("4", b, 0), ("1", a, 0), ("5", a, 0),
                    // The poll sees what was told last.
                    (nil, .row(1, at: Self.second, name: "A"), 0),
                    // And what was saved once more behind it.
                    ("6", b, 1), (nil, .row(1, at: Self.second, name: "B"), 0),
                ],
                fixture
            )
            let told = try await names(fixture)
            #expect(told == ["A", "B", "A", "B", "A", "B"])
        }
    }

    @Test("So it is where the webhook says what was before it", arguments: StoreKind.allCases)
    func togglesWithPrevious(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (toA, toB) = (Self.update("A", after: "B"), Self.update("B", after: "A"))
            try await play(
                [
                    ("1", toA, 1), ("2", toB, 1), ("3", toA, 1), ("4", toB, 1), ("3", toA, 0), ("2", toB, 0),
                    ("1", toA, 0),
                ],
                fixture
            )
        }
    }

    @Test("And where it is deleted and comes back within the second", arguments: StoreKind.allCases)
    func deletions(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (gone, back) = (Self.deletion(), Self.undelete())
            try await play(
                [
                    ("1", Self.update("A"), 1), ("2", gone, 1), ("3", back, 1), ("4", gone, 1), ("2", gone, 0),
                    ("3", back, 0), ("5", back, 1), ("4", gone, 0),
                ],
                fixture
            )
        }
    }

    @Test("A webhook that said nothing new says nothing new later either", arguments: StoreKind.allCases)
    func silentOnes(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (a, b) = (Self.update("A"), Self.update("B"))
            try await play(
                [
                    // The poll was first, so that no event tells that the webhook of the same save came.
                    (nil, .row(1, at: Self.second, name: "A"), 1), ("1", a, 0), ("2", b, 1), ("1", a, 0),
                    ("3", a, 1), ("1", a, 0),
                ],
                fixture
            )
            let told = try await names(fixture)
            #expect(told == ["A", "B", "A"])
        }
    }

    @Test("Without an id what says the same is a repeat", arguments: StoreKind.allCases)
    func withoutIDs(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (a, b) = (Self.update("A"), Self.update("B"))
            try await play([(nil, a, 1), ("2", b, 1), (nil, a, 0), ("3", a, 0), (nil, b, 0)], fixture)
        }
    }

    @Test("An id that its sender gives to each webhook hides none of them", arguments: StoreKind.allCases)
    func constantIDs(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (a, b) = (Self.update("A"), Self.update("B"))
            try await play([("m", a, 1), ("m", a, 0), ("m", b, 1), ("m", a, 0), ("m", Self.update("C"), 1)], fixture)
        }
    }

    @Test("The ids of a message with several records are those of each", arguments: StoreKind.allCases)
    func severalRecords(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func post(_ id: String, _ name: String, expected: Int) async throws {
                var batch = fixture.batch([Self.update(name), Self.update(name, of: 2)])
                Self.make(&batch, webhook: id)
                let events = try await fixture.store.append(batch).events
                #expect(events == expected, "\(id)")
            }
            try await post("1", "A", expected: 2)
            try await post("2", "B", expected: 2)
            try await post("3", "A", expected: 2)
            try await post("2", "B", expected: 0)
            try await post("1", "A", expected: 0)
        }
    }
}
