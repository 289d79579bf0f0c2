import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct ActivityTests {
    @Test(
        "What was stored lately is counted by slots, exactly, whatever lies in a block",
        arguments: StoreKind.allCases
    )
    func slots(kind: StoreKind) async throws {
        try await kind.run { fixture in
            var random = SeededGenerator(seed: 11)
            var expected: [Int64: Int] = [:]
            var number = 0
            var seconds: Int64 = 5000
            // Some blocks lie inside one slot, some in several; the clock is set back once.
            for round in 0..<30 {
                seconds += round == 17 ? -45 : Int64(random.next() % 12)
                let size = [1, 7, 700][Int(random.next() % 3)]
                let rows = (0..<size).map { Observation.row(number + $0 + 1, at: seconds - 100) }
                number += size
                _ = try await fixture.store.append(fixture.batch(rows, receivedAt: seconds))
                expected[seconds / 10 * 10, default: 0] += size
            }
            let all = try await fixture.store.activity(fixture.instance.id, since: Timestamp(seconds: 4000))
            #expect(all.events == expected)
            let since = Timestamp(seconds: 5050)
            let part = try await fixture.store.activity(fixture.instance.id, since: since)
            #expect(part.since == since)
            #expect(part.events == expected.filter { $0.key >= 5050 })
            let other = try await fixture.store.createInstance { .sample($0) }
            #expect(try await fixture.store.activity(other.id, since: Timestamp(seconds: 0)).events.isEmpty)
        }
    }

    @Test("The last attempt is that of the instance at its address", arguments: StoreKind.allCases)
    func lastAttempt(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            let url = "http://127.0.0.1:9/callback"
            #expect(try await store.lastAttempt(id, url: url) == nil)
            try await fixture.append(.row(1, at: 4000), .row(2, at: 4001))
            let sent = try await fixture.due(at: 9000)
            try await fixture.attempt(sent[0], .delivered, status: 201)
            #expect(try await store.lastAttempt(id, url: url)?.outcome == .response(status: 201))
            try await fixture.attempt(sent[1], .retrying, status: 503, next: 9500)
            #expect(try await store.lastAttempt(id, url: url)?.outcome == .response(status: 503))
            #expect(try await store.lastAttempt(id, url: "http://127.0.0.1:9/other") == nil)
            let other = try await store.createInstance { .sample($0) }
            #expect(try await store.lastAttempt(other.id, url: url) == nil)
        }
    }
}
