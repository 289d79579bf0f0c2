package import Domain
import EngineAPI
import Primitives
import Store
import Synchronization

extension Engine {
    /// The instance that a receiver address belongs to; nil if there is none. No disk is read.
    package func receiver(token: String) async throws -> Instance? {
        try await load()
        return registry.instance(receiverToken: token)
    }

    /// Holds a webhook's headers against the instance's secrets; former ones are valid for a while after a rotation.
    package func verify(
        id: String?,
        timestamp: String?,
        signature: String?,
        body: [UInt8],
        for instance: Instance
    ) throws(StandardWebhooks.Refusal) {
        let due = clock.due
        let former = instance.formerReceiverSecrets.filter { due < $0.expires }.map(\.secret.exposed)
        let secrets = [instance.receiverSecret] + former
        try StandardWebhooks.verify(
            id: id,
            timestamp: timestamp,
            signature: signature,
            body: body,
            keys: secrets.compactMap { StandardWebhooks(secret: $0) },
            now: clock.now
        )
    }

    /// Takes a webhook's changes; they are on disk when this returns.
    ///
    /// - Throws: `ClientError` (`forbidden` while events are off, `invalid` for another org's body), or `StoreError`.
    package func accept(_ body: WebhookBody, for instance: Instance) async throws -> IntakeResult {
        guard let entry = registry.entry(instance.id) else {
            throw ClientError(.notFound, "There is no instance \(instance.id).")
        }
        let current = entry.instance
        guard current.isActive else {
            throw ClientError(.forbidden, "Events are switched off for this instance; nothing was taken.")
        }
        if let sender = body.organizationID, let own = current.connection?.organizationID,
            let own = SalesforceID(own)?.text, sender != own
        {
            throw ClientError(
                body.source == .outboundMessage ? .forbidden : .invalid,
                "The body comes from organization \(sender); this instance watches \(own)."
            )
        }
        let baselines = entry.poller.baselines.withLock { $0 }
        let result = try await context.intake.take(body, for: current, baselines: baselines)
        let now = clock.now
        entry.poller.heard.withLock { $0 = now }
        return result
    }
}
