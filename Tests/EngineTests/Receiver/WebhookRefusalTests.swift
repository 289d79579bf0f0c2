import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Engine

/// An instance whose webhooks are refused says so.
@Suite(.timeLimit(.minutes(20)))
struct WebhookRefusalTests {
    private let clock = ManualClock()

    private func run(_ body: (Engine, Instance) async throws -> Void) async throws {
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            let word = try await fixture.engine.instance(id).source.word
            #expect(word == "LIVE")
            try await body(fixture.engine, try await fixture.engine.storedInstance(id))
        }
    }

    private func webhook(_ secret: Secret?, _ text: String = Self.body) -> ReceivedWebhook {
        let (body, seconds) = (Array(text.utf8), clock.now.seconds)
        let key = secret.flatMap { StandardWebhooks(secret: $0) }
        guard let key else { return ReceivedWebhook(id: nil, timestamp: nil, signature: nil, body: body) }
        let signature = key.signature(id: "m", timestamp: seconds, body: body)
        return ReceivedWebhook(id: "m", timestamp: String(seconds), signature: signature, body: body)
    }

    private static let body =
        #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA","Name":"A"}]}"#
    private static let wrong: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    /// Why the state is another; nil while it is live.
    private func trouble(_ engine: Engine, _ id: InstanceID) async throws -> String? {
        switch try await engine.instance(id).source {
        case .live: return nil
        case .degraded(let reason, _, _): return reason
        case let other: return "\(other)"
        }
    }

    @Test func `a secret that is not the instance's is said until a webhook is accepted`() async throws {
        try await run { engine, instance in
            let refused = webhook(Self.wrong)
            await #expect(throws: ReceiverRefusal.self) { try await engine.receive(refused, for: instance.id) }
            let reason = try #require(try await trouble(engine, instance.id))
            #expect(reason.hasPrefix("Webhooks are refused (The signature does not match the body and the secret):"))
            #expect(reason.contains("deploy the Apex triggers again"))
            #expect(reason.contains("Meanwhile a poll every 60 min"))
            _ = try await engine.receive(webhook(instance.receiverSecret), for: instance.id)
            #expect(try await trouble(engine, instance.id) == nil)
        }
    }

    @Test func `a body that can't be read is said for as long as nothing better comes`() async throws {
        try await run { engine, instance in
            let refused = webhook(instance.receiverSecret, "nonsense")
            await #expect(throws: ReceiverRefusal.self) { try await engine.receive(refused, for: instance.id) }
            let elsewhere = webhook(
                instance.receiverSecret,
                #"{"operation":"insert","object":"Account","organizationId":"00D000000000009EAA","records":[{"Id":"001000000000001AAA"}]}"#
            )
            await #expect(throws: ClientError.self) { try await engine.receive(elsewhere, for: instance.id) }
            clock.advance(seconds: 7200)
            try await waitUntil("it is degraded by the webhooks alone") {
                try await trouble(engine, instance.id)?.contains("comes from organization 00D000000000009EAA") == true
            }
            let reason = try #require(try await trouble(engine, instance.id))
            #expect(reason.contains("Another org's webhooks are refused") && !reason.contains("deploy the Apex"))
            _ = try await engine.receive(webhook(instance.receiverSecret), for: instance.id)
            try await waitUntil("it is live") { try await engine.instance(instance.id).source.word == "LIVE" }
        }
    }

    @Test func `what is sent compressed is said by that name`() async throws {
        try await run { engine, instance in
            var refused = webhook(instance.receiverSecret)
            refused.coding = "gzip"
            let sent = refused
            await #expect(throws: ReceiverRefusal.encoded("gzip")) { try await engine.receive(sent, for: instance.id) }
            let reason = try #require(try await trouble(engine, instance.id))
            #expect(reason.contains("The org's webhooks are refused (The body comes with Content-Encoding: gzip;"))
        }
    }

    @Test func `a stranger's rubbish does not trouble an instance whose webhooks come, and no instance for long`()
        async throws
    {
        try await run { engine, instance in
            _ = try await engine.receive(webhook(instance.receiverSecret), for: instance.id)
            let rubbish = webhook(nil, "rubbish")
            await #expect(throws: ReceiverRefusal.self) { try await engine.receive(rubbish, for: instance.id) }
            #expect(try await trouble(engine, instance.id) == nil)
            clock.advance(seconds: 299)
            #expect(try await trouble(engine, instance.id) == nil)
            clock.advance(seconds: 1)
            let reason = try #require(try await trouble(engine, instance.id))
            #expect(reason.contains("event.webhook.unsigned.allowed") && reason.contains("somebody else knows"))
            clock.advance(seconds: 3300)
            try await waitUntil("it is live again") {
                try await engine.instance(instance.id).source.word == "LIVE"
            }
        }
    }

    @Test(arguments: [WebhookRefusals.Sender.known, .foreign])
    func `what was signed rightly is said for a day`(_ sender: WebhookRefusals.Sender) {
        var refusals = WebhookRefusals()
        let start = clock.due
        let isNew = refusals.refused("R.", by: sender, at: start)
        let isAgain = !refusals.refused("R.", by: sender, at: start.advanced(bySeconds: 7200))
        #expect(isNew && isAgain)
        let end = start.advanced(bySeconds: 7200 + 86_400)
        let before = refusals.standing(at: end.advanced(bySeconds: -1), allowsUnsigned: false)
        #expect(before?.first == start && before?.sender == sender)
        #expect(refusals.standing(at: end, allowsUnsigned: false) == nil)
        let isNews = refusals.refused("R.", by: sender, at: end)
        #expect(isNews && refusals.standing(at: end, allowsUnsigned: false)?.first == end)
    }

    @Test func `what goes on begins anew after an hour`() {
        var refusals = WebhookRefusals()
        let start = clock.due
        #expect(refusals.standing(at: start, allowsUnsigned: false) == nil)
        let isNew = refusals.refused("R.", by: .unverified, at: start)
        let isAgain = !refusals.refused("R.", by: .unverified, at: start.advanced(bySeconds: 60))
        #expect(isNew && isAgain)
        #expect(refusals.standing(at: start.advanced(bySeconds: 70), allowsUnsigned: true)?.first == start)
        let later = start.advanced(bySeconds: 3660)
        #expect(refusals.standing(at: later, allowsUnsigned: false) == nil)
        let isNews = refusals.refused("R.", by: .unsigned, at: later)
        #expect(isNews, "its state is another again")
        #expect(refusals.standing(at: later, allowsUnsigned: false)?.first == later)
        #expect(refusals.standing(at: later, allowsUnsigned: true) == nil)
        let cleared = refusals.accepted(at: later)
        #expect(cleared && refusals.standing(at: later, allowsUnsigned: false) == nil)
    }

    @Test func `however much is refused, the node that holds the instance hears of little`() {
        var refusals = WebhookRefusals()
        let start = clock.due
        var heard: [Int64] = []
        for second in 0..<1800 as Range<Int64> {
            let now = start.advanced(bySeconds: second)
            _ = refusals.refused("R.", by: .unsigned, at: now)
            let isDue = refusals.isDueAtHolder(second.isMultiple(of: 2) ? .unsigned : .unverified, at: now)
            if isDue { heard.append(second) }
            // Nor does what is accepted in between make for more.
            if second.isMultiple(of: 7) { _ = refusals.accepted(at: now) }
        }
        #expect(heard == [0, 600, 1200])
        // What was signed counts by itself.
        let isKnownDue = refusals.isDueAtHolder(.known, at: start.advanced(bySeconds: 1201))
        let isForeignDue = refusals.isDueAtHolder(.foreign, at: start.advanced(bySeconds: 1202))
        #expect(isKnownDue && !isForeignDue)
    }
}
