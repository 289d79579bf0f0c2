import Domain
import Primitives
import Store
import TestSupport
import Testing

/// A webhook whose record has no stamp, beside polls that show one.
@Suite(.databases)
struct GuessedStampTests {
    private static func webhook(received: Int64, _ name: String, _ claimed: Change = .updated) -> Observation {
        var seen = Observation.row(1, at: received, name: name, isDeleted: claimed == .deleted)
        seen.kind = .webhook(claimed: claimed, isUndelete: false)
        seen.guess = seen.stamp
        return seen
    }

    @Test("The ledger keeps a guess until the org's stamp takes its place", arguments: StoreKind.allCases)
    func life(kind: StoreKind) async throws {
        try await kind.run { fixture in
            // Received, what was seen, how many events come of it, the org's stamp and the guess that are known then.
            let steps: [(Int64, Observation, Int, Int64, Int64?)] = [
                (5000, Self.webhook(received: 5000, "A", .created), 1, 0, 5000),
                (5010, .row(1, at: 2000, name: "A"), 0, 2000, nil),
                (5020, Self.webhook(received: 5020, "A"), 0, 2000, nil),
                (5030, Self.webhook(received: 5030, "B"), 1, 2000, 5030),
                (5031, Self.webhook(received: 5031, "C"), 1, 2000, 5031),
                (5040, .row(1, at: 2009, name: "C"), 0, 2009, nil),
                (5050, Self.webhook(received: 5050, "D"), 1, 2009, 5050),
                (5060, .row(1, at: 2020, name: "E"), 1, 2020, nil),
                (5070, Self.webhook(received: 5070, "E", .deleted), 1, 2020, 5070),
                (5080, .row(1, at: 2030, name: "E", isDeleted: true), 0, 2030, nil),
                (5090, .row(1, at: 2040, name: "E"), 1, 2040, nil),
            ]
            for (index, (received, seen, events, stamp, guess)) in steps.enumerated() {
                var batch = fixture.batch([seen], receivedAt: received)
                if seen.guess != nil { (batch.source, batch.pollDate) = (.webhook, nil) }
                let result = try await fixture.store.append(batch)
                #expect(result.events == events && result.repeats == 1 - events, "step \(index)")
                let entry = try await fixture.store.ledgerEntry(1, object: "account", recordID: recordKey(1))
                #expect(entry?.stamp == Timestamp(seconds: stamp), "step \(index)")
                let expected = guess.map { Timestamp(seconds: $0) }
                #expect(entry?.guess == expected, "step \(index)")
                #expect(entry?.fields["Name"] == seen.fields["Name"], "step \(index)")
            }
            let events = try await fixture.store.events(PageRequest(direction: .oldestFirst))
            #expect(events.map(\.change) == [.created, .updated, .updated, .updated, .updated, .deleted, .updated])
        }
    }

    @Test("A record that rests on a guess is not counted under its former stamp", arguments: StoreKind.allCases)
    func counts(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func counted() async throws -> [Int64: Int] {
                let stamps = try await fixture.store.ledgerStamps(
                    1,
                    object: "Account",
                    from: Timestamp(seconds: 1),
                    to: Timestamp(seconds: 9999)
                )
                return Dictionary(uniqueKeysWithValues: stamps.map { ($0.stamp.seconds, $0.records) })
            }
            try await fixture.append(.row(1, at: 2000), .row(2, at: 2000))
            let before = try await counted()
            #expect(before == [2000: 2])
            try await fixture.append(Self.webhook(received: 5000, "B"))
            let between = try await counted()
            #expect(between == [2000: 1])
            let states = try await fixture.store.ledgerStates(1, object: "Account", ids: [recordKey(1)])
            // The row of that write is one that a narrow read has to fetch.
            let isOutdated = states[recordKey(1)]?.isOutdated(by: Timestamp(seconds: 2009), isDeleted: false)
            #expect(isOutdated == true)
            try await fixture.append(.row(1, at: 2009, name: "B"))
            let after = try await counted()
            #expect(after == [2000: 1, 2009: 1])
        }
    }
}
