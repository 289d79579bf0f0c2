package import Domain
package import EngineAPI
package import Salesforce
import Store

/// What only the listeners, and whoever runs the engine, ask.
extension Engine: ListenerEngine {
    /// Whether it polls and delivers now.
    package var isReady: Bool { state.isRunning }

    /// Returns when it polls and delivers, or when the caller is cancelled.
    package func untilReady() async {
        let notices = notices()
        if isReady { return }
        for await _ in notices where isReady { return }
    }

    /// How its long-lived work stands: in time or overdue.
    package var activities: [ActivityStanding] { watchdog.standings }

    // MARK: Received

    /// The instance that a receiver address belongs to; nil if there is none.
    package func receiver(token: String) async throws -> InstanceID? { try await receiver.instance(token: token) }

    package func receive(_ webhook: ReceivedWebhook, for id: InstanceID) async throws -> IntakeResult {
        try await receiver.receive(webhook, for: id)
    }

    package func receiveOutboundMessage(_ body: [UInt8], for id: InstanceID) async throws {
        try await receiver.receiveOutboundMessage(body, for: id)
    }

    package func verify(_ webhook: ReceivedWebhook, for instance: Instance) throws(ReceiverRefusal) {
        try receiver.verify(webhook, for: instance)
    }

    package func accept(_ body: WebhookBody, for instance: Instance) async throws -> IntakeResult {
        try await receiver.accept(body, for: instance.id)
    }

    // MARK: Redirects

    /// Where redirects of authorizations reach this process, from now on.
    package func acceptRedirects(at address: String) { access.authorizations.acceptRedirects(at: address) }

    package func acceptRedirect(_ redirect: AuthorizationRedirect) -> RedirectOutcome {
        access.authorizations.accept(redirect)
    }

    /// The address that a person opens to grant access.
    package func authorizeURL(
        _ configuration: InstanceConfiguration,
        state: String,
        codeChallenge: String?
    ) -> String {
        access.connector.authorizeURL(configuration, state: state, codeChallenge: codeChallenge)
    }

    // MARK: Instances and deliveries

    /// Makes a draft of the instance as it stands and applies it; no other change of settings comes between the two.
    package func changeInstance(
        _ id: InstanceID,
        _ make: @escaping @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        let before = try await directory.entry(id).instance.configuration
        let registry = directory.registry
        return try await audit.record(
            .updateInstance,
            of: id,
            { _ in
                guard let after = registry.entry(id)?.instance.configuration else { return "" }
                return before.changes(to: after)
            }
        ) { try await lifecycle.change(id, make) }
    }

    /// Deletes an instance and says what is left of it in the org: its Apex, or a grant that the org did not end.
    package func deleteInstanceReporting(_ id: InstanceID) async throws -> String? {
        try await audit.record(.deleteInstance, of: id) { try await lifecycle.delete(id) }
    }

    package func storedInstances() async throws -> [Instance] { try await store.instances() }

    package func storedInstance(_ id: InstanceID) async throws -> Instance {
        guard let instance = try await store.instance(id) else {
            throw ClientError(.notFound, "There is no instance \(id).")
        }
        return instance
    }

    package func storedInstance(elementToken: String) async throws -> Instance? {
        try await store.instance(elementToken: elementToken)
    }

    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await store.attempts(notificationID: notificationID)
    }

    /// Why nothing is taken in, where that is so; one sentence.
    package func shortage() async -> String? { await disk.look()?.sentence ?? writes.pause?.sentence }

    /// What is wrong with the store; one sentence.
    package var damage: String? { integrity.damage?.sentence }

    package func freeBytes() async -> Int64? { await store.freeBytes() }

    /// Deliveries with an event that the filter finds, newest first; 5000 at most.
    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await history.deliveries(filter, before: before, limit: limit)
    }
}
