import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport

/// An engine that delivers what webhooks bring.
protocol DeliveryScene {}

extension DeliveryScene {
    static var ladder: RetryPolicy { RetryPolicy(delays: [5000, 60_000], jitter: 0) }

    /// An engine in webhook mode whose callback is `server`; `body` gets the instance's id.
    func run(
        _ server: CallbackServer,
        clock: ManualClock = .init(),
        key: String = "12345",
        options change: (inout EngineOptions) -> Void = { _ in },
        _ body: (EngineFixture, Instance) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = Self.ladder
        change(&options)
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, options: options) { fixture in
            let made = try await fixture.engine.createInstance(
                .sample(callback: server.url, key: key, type: .webhooks)
            )
            try await body(fixture, try await fixture.engine.storedInstance(made.id))
        }
    }

    func webhook(_ operation: String, _ number: Int, name: String, second: Int = 0) throws -> WebhookBody {
        let id = Observation.row(number, name: "", stamp: .distantPast).recordID
        let stamp = Timestamp(parsing: "2026-11-23T18:00:00Z")?.advanced(bySeconds: Int64(second)).salesforce ?? ""
        return try WebhookBody.parse(
            Array(
                #"{"operation":"\#(operation)","object":"Account","records":[{"Id":"\#(id)","Name":"\#(name)","SystemModstamp":"\#(stamp)"}]}"#
                    .utf8
            )
        )
    }
}
