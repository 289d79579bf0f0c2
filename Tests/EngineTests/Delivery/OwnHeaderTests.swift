import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// Callbacks that want credentials.
struct OwnHeaderTests: DeliveryScene {
    private static let token = "Bearer nobody-may-read-this"
    private static let headers = #"{"Authorization": "\#(token)", "X-Tenant": "acme"}"#

    @Test func `without own headers that can't be read nothing is sent, until they are set anew`() async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await CallbackServer.run { server in
            let id = try await EngineFixture.run(org, clock: clock, directory: scratch.path) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                var stored = try await fixture.engine.storedInstance(made.id)
                // As an earlier version may have taken them.
                stored.configuration.callbackHeaders = Secret(#"{"User-Agent": "mine"}"#)
                try await fixture.store.updateInstance(stored)
                return made.id
            }
            var options = EngineOptions()
            options.retryPolicy = Self.ladder
            try await EngineFixture.run(org, clock: clock, options: options, directory: scratch.path) { fixture in
                let instance = try await fixture.engine.storedInstance(id)
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                #expect(server.received.isEmpty)
                let delivery = try #require(
                    try await fixture.engine.deliveries(id, state: nil, before: nil, limit: 1).first
                )
                let attempts = try await fixture.engine.attempts(notificationID: delivery.notificationID)
                let reason = attempts.first?.outcome.errorText ?? ""
                #expect(reason.contains("Callback headers (event.notification.headers) anew"), "\(reason)")

                let draft = InstanceDraft.sample(callback: server.url, type: .webhooks) {
                    $0.callbackHeaders = Secret(Self.headers)
                }
                _ = try await fixture.engine.updateInstance(id, draft.withoutCode)
                clock.advance(seconds: 40)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                #expect(server.received.map { $0.headers["authorization"] } == [Self.token])
            }
        }
    }

    @Test func `an instance's own headers go to its callback alone, and nobody is shown their values`() async throws {
        try await CallbackServer.run { server in
            try await CallbackServer.run { elsewhere in
                try await run(server) { fixture, instance in
                    let draft = InstanceDraft.sample(callback: server.url, key: "12345", type: .webhooks) {
                        $0.callbackHeaders = Secret(Self.headers)
                    }
                    let changed = try await fixture.client.updateInstance(instance.id, draft.withoutCode)
                    #expect(changed.configuration.callbackHeaders.isMask)
                    _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                    try await server.wait(for: 1)
                    try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                    let got = server.received[0]
                    #expect(got.headers["authorization"] == Self.token && got.headers["x-tenant"] == "acme")
                    #expect(got.headers["elements-webhook-signature"]?.isEmpty == false)

                    // A replay has them as well, a test too; another host gets none of them.
                    _ = try await fixture.client.replay(eventID: got.eventID, options: .init())
                    let test = try await fixture.client.testCallback(
                        url: server.url,
                        signatureKey: Secret(secretMask),
                        instance: instance.id
                    )
                    #expect(test.outcome.isSuccess)
                    #expect(
                        server.received.map { $0.headers["authorization"] } == [Self.token, Self.token, Self.token]
                    )
                    var options = ReplayOptions()
                    options.callbackURL = elsewhere.url
                    _ = try await fixture.client.replay(eventID: got.eventID, options: options)
                    let other = try #require(elsewhere.received.first)
                    #expect(other.headers["authorization"] == nil && other.headers["x-tenant"] == nil)
                    #expect(other.headers["elements-webhook-signature"]?.isEmpty == false)

                    // A command to copy says which there are.
                    let request = try await fixture.client.signedRequest(eventID: got.eventID)
                    let shown = request.headers.filter { ["Authorization", "X-Tenant"].contains($0.name) }
                    #expect(shown.map(\.value) == [secretMask, secretMask])

                    // The mask that comes back leaves them, nothing takes them away.
                    _ = try await fixture.client.updateInstance(
                        instance.id,
                        InstanceDraft.sample(callback: server.url, type: .webhooks) {
                            $0.callbackHeaders = Secret(secretMask)
                        }.withoutCode
                    )
                    let kept = try await fixture.engine.storedInstance(instance.id).configuration.callbackHeaders
                    #expect(
                        try CallbackHeaders(parsing: kept.exposed).fields.map(\.name) == ["Authorization", "X-Tenant"]
                    )
                }
            }
        }
    }
}
