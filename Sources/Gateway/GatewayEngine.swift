package import Domain
package import Engine
package import EngineAPI
package import Salesforce
package import Store

/// The engine as the listeners use it: everything the dashboard can do, and the few things that only they need.
package protocol GatewayEngine: EngineClient {
    /// For the reads that are the API's alone: tokens, secrets of the receiver, lists of deliveries.
    var store: any EventStore { get }
    /// Deliveries with an event that the filter finds, newest first.
    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery]
    /// Whether it polls and delivers now.
    var isReady: Bool { get }
    /// How its long-lived work stands: in time or overdue.
    var activities: [ActivityStanding] { get }

    /// The instance that a receiver address belongs to; asked for every webhook, so it reads no disk.
    func receiver(token: String) async throws -> Instance?
    /// Verifies a webhook, parses it and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `StandardWebhooks.Refusal`, `MalformedBody`, `ClientError` or `StoreError`.
    func receive(_ webhook: ReceivedWebhook, for instance: Instance) async throws -> IntakeResult
    /// The same for an Outbound Message, which nobody signs: the token of its address is its only secret.
    func receiveOutboundMessage(_ body: [UInt8], for instance: Instance) async throws
    /// The address that a person opens to grant access.
    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String

    /// Makes a draft of the instance as it stands and applies it; no other change of settings comes between the two.
    func changeInstance(
        _ id: InstanceID,
        _ make: @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview
    /// Tells where the redirects of authorizations reach this process.
    func acceptRedirects(at address: String)
    /// Takes what a redirect brought; false, and nothing changes, if nothing waits for it.
    func acceptRedirect(_ reply: AuthorizationReply) -> Bool

    /// Deletes an instance and says what became of its Apex in the org, if there was any.
    func deleteInstanceReporting(_ id: InstanceID) async throws -> String?
}

extension Engine: GatewayEngine {}
