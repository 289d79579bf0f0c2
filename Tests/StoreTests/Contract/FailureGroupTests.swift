import Domain
import Primitives
import Store
import TestSupport
import Testing

/// Failures by reason, in each store.
@Suite(.databases)
struct FailureGroupTests {
    /// What a callback answers beside its status, and which of these are the same reason.
    private static let answers: [(reason: Int, texts: [String])] = [
        (0, ["", " \n", "\u{0}"]), (1, ["no such queue", "No such  queue"]), (2, ["no such queue today"]),
        (3, ["queue 17 is gone", "queue 4711 is gone"]), (4, [#"{"error":"“no such queue”"}"#]),
        (
            5,
            [
                #"{"id":"3f2a8b1c-9d0e-4abc-beef-0123456789ab","at":"2026-11-27T10:00:00Z"}"#,
                #"{"id":"dead8b1c-cafe-4a1c-9eef-ffffffffffff","at":"2026-11-28T11:30:09.5Z"}"#,
            ]
        ), (6, [String(repeating: "x", count: 64)]), (7, [String(repeating: "x", count: 64) + "y"]),
        (8, ["50% _\\ \"a\""]),
    ]

    @Test("Answers that differ are groups of their own, but for numbers and ids", arguments: StoreKind.allCases)
    func byAnswer(kind: StoreKind) async throws {
        struct Reason: Hashable {
            let status: Int?
            let answer: Int
        }
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            var random = SeededGenerator(seed: 29)
            var expected: [Reason: Int64] = [:]
            for number in 1...150 {
                _ = try await fixture.append(.row(number, at: 4000 + Int64(number)))
                for outgoing in try await fixture.due(at: 9000) {
                    let status = [500, 503, 302, nil].randomElement(using: &random) ?? nil
                    let answer = Self.answers.randomElement(using: &random) ?? (0, [""])
                    let text = answer.texts.randomElement(using: &random) ?? ""
                    try await fixture.attempt(outgoing, .dead, status: status, answer: text)
                    // Without an answer the error alone says why.
                    expected[Reason(status: status, answer: status == nil ? 0 : answer.reason), default: 0] += 1
                }
            }
            let groups = try await store.failures(id)
            #expect(groups.map(\.events).sorted() == expected.values.sorted())
            for group in groups {
                // As it is handed over: to the list, to a dialog, to another node.
                var filter = try EventFilter(parsing: group.expression.description, now: Timestamp(seconds: 9000))
                filter.instanceIDs = [id]
                #expect(try await store.counts(filter).total == group.events, "\(group)")
            }
        }
    }

    @Test(
        "What has not arrived is grouped by why, and each group's filter finds exactly its events",
        arguments: StoreKind.allCases
    )
    func groups(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            #expect(try await store.failures(id).isEmpty)
            var random = SeededGenerator(seed: 23)
            var expected: [Int?: Int64] = [:]
            let statuses: [Int?] = [500, 503, 404, nil]
            for number in 1...80 {
                _ = try await fixture.append(.row(number, at: 4000 + Int64(number)))
                let sent = try await fixture.due(at: 9000)
                for outgoing in sent {
                    let status = statuses[Int(random.next() % 4)]
                    switch random.next() % 4 {
                    case 0: try await fixture.attempt(outgoing, .delivered, status: 200)
                    case 1:
                        try await fixture.attempt(outgoing, .retrying, status: status, next: 90_000)
                        expected[status, default: 0] += 1
                    default:
                        try await fixture.attempt(outgoing, .dead, status: status)
                        expected[status, default: 0] += 1
                    }
                }
            }
            let groups = try await store.failures(id)
            #expect(groups.map(\.events) == groups.map(\.events).sorted(by: >))
            var found: [Int?: Int64] = [:]
            for group in groups {
                found[group.status, default: 0] += group.events
                var filter = EventFilter()
                filter.instanceIDs = [id]
                filter.expression = group.expression
                #expect(try await store.counts(filter).total == group.events, "\(group)")
                #expect(!group.objects.isEmpty && group.since <= group.last)
            }
            #expect(found == expected)
            let other = try await store.createInstance { .sample($0) }
            #expect(try await store.failures(other.id).isEmpty)
        }
    }

    @Test(
        "A replay that succeeded takes an event out of its group, one that failed doesn't",
        arguments: StoreKind.allCases
    )
    func replays(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let id = fixture.instance.id
            _ = try await fixture.append(.row(1, at: 4000), .row(2, at: 4001))
            let sent = try await fixture.due(at: 9000)
            for outgoing in sent { try await fixture.attempt(outgoing, .dead, status: 500) }
            #expect(try await fixture.store.failures(id).map(\.events) == [2])
            try await fixture.attempt(sent[0], .dead, status: 503, isReplay: true)
            let groups = try await fixture.store.failures(id)
            #expect(groups.map(\.events) == [2, 1] && groups.map(\.isReplay) == [false, true])
            let replays = try #require(groups.last)
            let event = try #require(try await fixture.store.event(sequence: sent[0]))
            let moment = try #require(event.delivery?.lastReplay?.at)
            #expect(replays.since == moment && replays.last == moment && replays.objects == ["Account"])
            #expect(replays.error == AttemptOutcome.response(status: 503).errorText && replays.status == nil)
            var filter = EventFilter()
            filter.instanceIDs = [id]
            filter.expression = replays.expression
            #expect(try await fixture.store.counts(filter).total == 1)
            try await fixture.attempt(sent[0], .dead, status: 200, isReplay: true)
            #expect(try await fixture.store.failures(id).map(\.events) == [1])
        }
    }
}
