import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// Random failures at the callback, with the seed printed: per record the order holds, nothing is lost, nothing doubled.
@Suite(.eachStore, .campaign)
struct OrderTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `each record's events arrive in order and once, whatever fails`(seed: UInt64) async throws {
        print("OrderTests seed \(seed)")
        let random = Locked(SeededGenerator(seed: seed))
        let underWay = Locked<Set<String>>([])
        try await CallbackServer.run({ got, _ in
            let twice = underWay.withLock { !$0.insert(got.recordID).inserted }
            defer { underWay.withLock { _ = $0.remove(got.recordID) } }
            if twice { return .status(599) }
            let roll = random.withLock { Int.random(in: 0..<10, using: &$0) }
            return roll < 3 ? .status(500) : .ok
        }) { server in
            var options = EngineOptions()
            options.retryPolicy = RetryPolicy(delays: Array(repeating: 2, count: 200), jitter: 0.5)
            options.breakerThreshold = 1_000_000
            options.concurrency = 16
            let clock = SystemClock()
            try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, options: options) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await fixture.engine.storedInstance(made.id)
                let records = 12
                let rounds = 15
                for round in 0..<rounds {
                    for record in 0..<records {
                        _ = try await fixture.engine.accept(
                            try Self.body(record: record, round: round, updates: round > 0),
                            for: instance
                        )
                    }
                }
                try await fixture.engine.waitForDeliveries(.delivered, count: Int64(records * rounds))
                let details = try await fixture.store.events(PageRequest(direction: .oldestFirst, limit: 1000))
                #expect(details.count == records * rounds)
                // The order in which each record's events were first answered with success.
                var delivered: [String: [Int64]] = [:]
                var firstSeen: [String: [String]] = [:]
                for got in server.received where firstSeen[got.recordID]?.contains(got.eventID) != true {
                    firstSeen[got.recordID, default: []].append(got.eventID)
                }
                for event in details { delivered[event.recordID, default: []].append(event.sequence) }
                for (recordID, ids) in firstSeen {
                    let expected = details.filter { $0.recordID == recordID }.map(\.eventID)
                    #expect(ids == expected)
                }
                for event in details {
                    let attempts = try await fixture.engine.attempts(eventID: event.eventID)
                    #expect(attempts.filter(\.outcome.isSuccess).count == 1)
                    #expect(!attempts.contains { $0.outcome.status == 599 })
                }
            }
        }
    }

    private static func body(record: Int, round: Int, updates: Bool) throws -> WebhookBody {
        let id = Observation.row(record, name: "", stamp: .distantPast).recordID
        let stamp = (Timestamp(parsing: "2026-11-23T18:00:00Z") ?? .distantPast).advanced(bySeconds: Int64(round))
        let operation = updates ? "update" : "insert"
        return try WebhookBody.parse(
            Array(
                #"{"operation":"\#(operation)","object":"Account","records":[{"Id":"\#(id)","Name":"\#(round)","SystemModstamp":"\#(stamp.salesforce)"}]}"#
                    .utf8
            )
        )
    }
}
