import Domain
import Primitives
import Store
import TestSupport
import Testing

/// Webhooks with a stamp that can't be true yet.
@Suite(.databases)
struct AheadStampTests {
    private static let now: Int64 = 1_000_000

    private struct Post {
        var received: Int64
        var sent: Int64?
        var id: String?
        var stamp: Int64
        var name: String
        var claimed = Change.updated
        var events = 1
    }

    private func play(_ posts: [Post], _ fixture: Fixture) async throws {
        for (index, post) in posts.enumerated() {
            var seen = Observation.row(
                1,
                at: Self.now + post.stamp,
                name: post.name,
                isDeleted: post.claimed == .deleted
            )
            seen.kind = .webhook(claimed: post.claimed, isUndelete: false)
            var batch = fixture.batch([seen], receivedAt: Self.now + post.received)
            (batch.source, batch.pollDate, batch.webhookID) = (.webhook, nil, post.id)
            batch.sentAt = post.sent.map { Timestamp(seconds: Self.now + $0) }
            batch.policies["Account"] = ChangeDecision.Policy(baseline: Timestamp(seconds: Self.now))
            let result = try await fixture.store.append(batch)
            #expect(result.events == post.events, "post \(index)")
        }
    }

    @Test("One that is minutes ahead hides neither changes nor a deletion", arguments: StoreKind.allCases)
    func minutes(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await play(
                [
                    Post(received: 0, sent: 0, stamp: -5, name: "A"),
                    Post(received: 1, sent: 1, stamp: 600, name: "B"),
                    Post(received: 2, sent: 2, stamp: -2, name: "C"),
                    Post(received: 3, sent: 3, stamp: 1, name: "D"),
                    Post(received: 4, sent: 4, stamp: 2, name: "D", claimed: .deleted),
                ],
                fixture
            )
            let entry = try await fixture.store.ledgerEntry(1, object: "account", recordID: recordKey(1))
            #expect(entry?.isDeleted == true && entry?.stamp == Timestamp(seconds: Self.now + 2))
        }
    }

    @Test("Posted again behind another one it is a repeat by its id", arguments: StoreKind.allCases)
    func again(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await play(
                [
                    Post(received: 0, id: "1", stamp: 600, name: "A"),
                    Post(received: 1, id: "2", stamp: 600, name: "B"),
                    Post(received: 2, id: "1", stamp: 600, name: "A", events: 0),
                    Post(received: 3, id: "3", stamp: 600, name: "A"),
                ],
                fixture
            )
        }
    }

    @Test("What its sender signed as its own time counts where this machine is behind", arguments: StoreKind.allCases)
    func machineBehind(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await play(
                [
                    Post(received: 0, sent: 200, stamp: 200, name: "A"),
                    // Two that come in the wrong order: the stamps tell.
                    Post(received: 1, sent: 203, stamp: 202, name: "C"),
                    Post(received: 2, sent: 203, stamp: 201, name: "B", events: 0),
                ],
                fixture
            )
            let entry = try await fixture.store.ledgerEntry(1, object: "account", recordID: recordKey(1))
            #expect(entry?.guess == nil && entry?.stamp == Timestamp(seconds: Self.now + 202))
        }
    }
}
