package import Domain

/// An engine in this process, as its listeners use it: all that a client can ask, and the few things that only they need.
package protocol ListenerEngine: EngineClient {
    /// Whether it polls and delivers now.
    var isReady: Bool { get }
    /// As whom it is known among others; nil: it has no name.
    var node: String? { get }
    /// All nodes that work on the store, this one among them; none where it is one process's alone.
    var nodes: [NodeStanding] { get }
    /// How its long-lived work stands: in time or overdue.
    var activities: [ActivityStanding] { get }
    /// Bytes free beside the store; nil if unknown.
    func freeBytes() async -> Int64?
    /// Why nothing is taken in, where too little space is free or the store can't be written; one sentence.
    func shortage() async -> String?
    /// What is wrong with the store, as far as is known; one sentence.
    var damage: String? { get }

    // MARK: Instances, secrets in clear

    /// In the order of their ids.
    func storedInstances() async throws -> [Instance]
    /// - Throws: `ClientError` (`notFound`).
    func storedInstance(_ id: InstanceID) async throws -> Instance
    /// The instance that an `Element` token of the API names.
    func storedInstance(elementToken: String) async throws -> Instance?
    /// Makes a draft of the instance as it stands and applies it; no other change of settings comes between the two.
    func changeInstance(
        _ id: InstanceID,
        _ make: @escaping @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview

    // MARK: Deliveries

    /// Deliveries with an event that the filter finds, newest first.
    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery]
    /// Every attempt of a notification, oldest first.
    func attempts(notificationID: Int64) async throws -> [Attempt]

    // MARK: What orgs post

    /// The instance that a receiver address belongs to; asked for every webhook, so it reads no disk.
    func receiver(token: String) async throws -> InstanceID?
    /// Verifies a webhook, parses it and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `ReceiverRefusal`, or `ClientError` (`forbidden` while events are off, `invalid` for another org's).
    func receive(_ webhook: ReceivedWebhook, for id: InstanceID) async throws -> IntakeResult
    /// The same for an Outbound Message, which nobody signs: the token of its address is its only secret.
    func receiveOutboundMessage(_ body: [UInt8], for id: InstanceID) async throws

    // MARK: Authorizations in a browser

    /// The address that a person opens to grant access.
    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String
    /// Where the redirects of authorizations reach this process, from now on.
    func acceptRedirects(at address: String)
    /// Hands in what a redirect brought. Nothing changes if nothing waits for it.
    func acceptRedirect(_ redirect: AuthorizationRedirect) async -> RedirectOutcome
}

extension ListenerEngine {
    /// An engine that has its store to itself is one of no nodes.
    package var nodes: [NodeStanding] { [] }
}
