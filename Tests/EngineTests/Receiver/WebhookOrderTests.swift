import Domain
import EngineAPI
import Primitives
import Salesforce
import TestSupport
import Testing

@testable import Engine

/// Signed webhooks of one record, by their ids, stamps and the time when they were sent.
@Suite(.timeLimit(.minutes(20)))
struct WebhookOrderTests {
    private let clock = ManualClock()

    private func run(_ body: (Engine, Instance) async throws -> Void) async throws {
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            try await body(fixture.engine, try await fixture.engine.storedInstance(id))
        }
    }

    private func post(
        _ id: String,
        _ name: String,
        at stamp: Timestamp,
        sent: Timestamp? = nil,
        to instance: Instance,
        of engine: Engine
    ) async throws -> Int {
        let text = """
            {"operation":"update","object":"Account","records":[{"Id":"001000000000001AAA","Name":"\(name)",\
            "SystemModstamp":"\(stamp.isoMilliseconds)"}]}
            """
        let (body, seconds) = (Array(text.utf8), (sent ?? clock.now).seconds)
        let key = try #require(StandardWebhooks(secret: instance.receiverSecret))
        let webhook = ReceivedWebhook(
            id: id,
            timestamp: String(seconds),
            signature: key.signature(id: id, timestamp: seconds, body: body),
            body: body
        )
        return try await engine.receive(webhook, for: instance.id).events
    }

    @Test func `a record that is saved back within its second is told, and each of its webhooks once`() async throws {
        try await run { engine, instance in
            let second = clock.now
            var events: [Int] = []
            for (id, name) in [("1", "A"), ("2", "B"), ("3", "A"), ("2", "B"), ("1", "A"), ("3", "A"), ("4", "B")] {
                events.append(try await post(id, name, at: second, to: instance, of: engine))
            }
            #expect(events == [1, 1, 1, 0, 0, 0, 1])
        }
    }

    @Test func `ids that only differ at the end of many characters are two messages`() throws {
        let body = Array(#"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA"}]}"#.utf8)
        var ids: [String?] = []
        for start in ["", String(repeating: "x", count: 256), String(repeating: "é", count: 4000)] {
            for end in ["1", "2", "1"] {
                let webhook = ReceivedWebhook(id: start + end, timestamp: "1", signature: "v1,AA==", body: body)
                ids.append(try webhook.parsed().messageID)
            }
        }
        #expect(Array(ids[..<3]) == ["1", "2", "1"])
        #expect(Set(ids).count == 6 && ids[3] == ids[5] && ids[6] == ids[8])
        #expect(ids.allSatisfy { ($0?.utf8.count ?? .max) <= 256 })
    }

    @Test func `a stamp that can't be true yet hides nothing, whatever this machine's clock is`() async throws {
        try await run { engine, instance in
            let now = clock.now
            var events: [Int] = []
            events.append(try await post("1", "A", at: now, to: instance, of: engine))
            events.append(try await post("2", "B", at: now.advanced(bySeconds: 600), to: instance, of: engine))
            events.append(try await post("3", "C", at: now.advanced(bySeconds: 1), to: instance, of: engine))
            // Its sender's clock is ahead of this machine's, and so is the org's: what is older than it is.
            let sent = now.advanced(bySeconds: 200)
            events.append(try await post("4", "D", at: sent, sent: sent, to: instance, of: engine))
            events.append(
                try await post("5", "C", at: sent.advanced(bySeconds: -1), sent: sent, to: instance, of: engine)
            )
            #expect(events == [1, 1, 1, 1, 0])
        }
    }
}
