import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Engine

/// A signature key is changed while notifications go out.
struct SignatureRotationTests: DeliveryScene {
    private static let keys = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_bm93IGFub3RoZXIga2V5IHNpZ25zIGl0"]

    private func change(
        _ fixture: EngineFixture,
        _ instance: Instance,
        _ callback: String,
        key: String,
        minutes: Int
    ) async throws {
        let draft = InstanceDraft.sample(callback: callback, key: key, type: .webhooks) {
            $0.signatureRotation = minutes
        }
        _ = try await fixture.client.updateInstance(instance.id, draft.withoutCode)
    }

    /// The headers of the notification of one more record.
    private func next(_ number: Int, _ fixture: EngineFixture, _ instance: Instance, _ server: CallbackServer)
        async throws -> CallbackServer.Received
    {
        _ = try await fixture.engine.accept(try webhook("insert", number, name: "N"), for: instance)
        try await server.wait(for: number)
        return server.received[number - 1]
    }

    private static func verifies(_ got: CallbackServer.Received, _ key: String, former: Bool = false) -> Bool {
        let name = former ? "elements-webhook-signature-previous" : "elements-webhook-signature"
        return CallbackSignature.verify(got.headers[name] ?? "", body: got.body, key: key)
    }

    @Test func `for the chosen time both keys sign, then the new one alone`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, key: Self.keys[0]) { fixture, instance in
                let before = try await next(1, fixture, instance, server)
                #expect(Self.verifies(before, Self.keys[0]))
                #expect(before.headers["elements-webhook-signature-previous"] == nil)

                try await change(fixture, instance, server.url, key: Self.keys[1], minutes: 60)
                let during = try await next(2, fixture, instance, server)
                #expect(Self.verifies(during, Self.keys[1]) && Self.verifies(during, Self.keys[0], former: true))
                for key in Self.keys {
                    try StandardWebhooks.verify(
                        id: during.headers["webhook-id"],
                        timestamp: during.headers["webhook-timestamp"],
                        signature: during.headers["webhook-signature"],
                        body: during.body,
                        keys: [try #require(StandardWebhooks(secret: Secret(key)))],
                        now: clock.now
                    )
                }
                // Another edit ends nothing, and a clock that is set ends nothing early.
                try await change(fixture, instance, server.url, key: Self.keys[1], minutes: 120)
                clock.set(bySeconds: 7200)
                let still = try await next(3, fixture, instance, server)
                #expect(Self.verifies(still, Self.keys[0], former: true))

                clock.advance(seconds: 3601)
                let after = try await next(4, fixture, instance, server)
                #expect(Self.verifies(after, Self.keys[1]))
                #expect(after.headers["elements-webhook-signature-previous"] == nil)
                #expect(after.headers["webhook-signature"]?.split(separator: " ").count == 1)
            }
        }
    }

    /// Key and minutes of one edit after another, and which key signs beside the last one.
    @Test(
        arguments: [
            ([("a", 0), ("b", 0)], nil), ([("a", 0), ("b", 5)], "a"), ([("a", 5), ("b", 5), ("c", 5)], "b"),
            ([("a", 5), ("b", 5), ("b", 0)], nil), ([("a", 5), ("", 5)], nil), ([("", 5), ("b", 5)], nil),
            ([("a", 5), ("b", 5), ("a", 5)], "b"), ([("a", 5), ("b", 5), ("b", 9)], "a"),
            ([("a", 5), ("", 5), ("b", 5)], nil),
        ] as [([(String, Int)], String?)]
    )
    func `which former key signs follows from the edits`(_ edits: [(String, Int)], _ former: String?) {
        let now = Timestamp(seconds: 1_800_000_000)
        var instance = Instance(
            id: 1,
            name: "i",
            tags: [],
            token: "t",
            configuration: InstanceConfiguration(),
            receiverToken: "r",
            receiverSecret: "s",
            createdDate: now,
            updatedDate: now
        )
        for (key, minutes) in edits {
            let before = instance
            instance.configuration.signatureKey = Secret(key)
            instance.configuration.signatureRotation = minutes
            instance.followSignatureKey(from: before, at: now)
        }
        #expect(instance.formerSignatureKey?.secret.exposed == former)
        #expect(former == nil || instance.formerSignatureKey?.expires == now.advanced(bySeconds: 300))
    }

    @Test(
        .enabled(if: Python.has("standardwebhooks") && Python.has("svix"), "no standardwebhooks and svix for Python"),
        .timeLimit(.minutes(20))
    )
    func `other people's verifiers accept what both keys sign`() throws {
        let now = Timestamp.now()
        let body = Array(#"{"message":{"eventId":"e"}}"#.utf8)
        for (key, former) in [(Self.keys[0], nil), (Self.keys[1], Self.keys[0]), ("plain", Self.keys[0])] {
            let request = CallbackRequest(
                url: "https://a.example",
                signatureKey: Secret(key),
                formerKey: former.map { Secret($0) },
                notificationID: 1,
                eventID: "AXBooiL_qrZEur0mJV09",
                attempt: 1,
                isReplay: false,
                body: body
            )
            let headers = request.headers(at: now, userAgent: "Signalbox").map {
                JSON.Member($0.name, .string($0.value))
            }
            let keys = [key, former].compactMap { $0 }.filter { $0.hasPrefix("whsec_") }
            let input = JSON.object([
                .init("headers", .object(headers)), .init("body", .string(String(decoding: body, as: UTF8.self))),
                .init("keys", .array(keys.map { .string($0) })),
            ])
            let script = """
                import json, sys
                from standardwebhooks.webhooks import Webhook
                from svix.webhooks import Webhook as Svix
                given = json.load(sys.stdin)
                for key in given["keys"]:
                    for verifier in (Webhook, Svix):
                        verifier(key).verify(given["body"], given["headers"])
                        try:
                            verifier(key).verify(given["body"] + " ", given["headers"])
                            print("forged")
                        except Exception:
                            print("verified")
                """
            let said = try Python.run(script, input: input.text)
            let lines = said.split(separator: "\n")
            #expect(lines.count == keys.count * 2 && lines.allSatisfy { $0 == "verified" }, "\(said)")
        }
    }
}
