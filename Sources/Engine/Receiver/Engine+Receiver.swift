package import Domain
import Logging
package import Salesforce
import Store
import Synchronization

extension Engine {
    /// The instance that a receiver address belongs to; nil if there is none. No disk is read.
    package func receiver(token: String) async throws -> Instance? {
        try await load()
        return registry.instance(receiverToken: token)
    }

    /// Verifies a webhook, parses it and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `StandardWebhooks.Refusal`, `MalformedBody`, or what `accept` throws.
    package func receive(_ webhook: ReceivedWebhook, for instance: Instance) async throws -> IntakeResult {
        // Only who knows the secret learns more: what is wrong with a body, or that an instance is switched off.
        try verify(webhook, for: instance)
        return try await accept(try webhook.parsed(), for: instance)
    }

    /// Parses an Outbound Message and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `MalformedBody`, or what `accept` throws.
    package func receiveOutboundMessage(_ body: [UInt8], for instance: Instance) async throws {
        let message = try MalformedBody.parsing { () throws(WebhookBody.Fault) in try OutboundMessage.parse(body) }
        _ = try await accept(message, for: instance)
        if message.replacedCharacters > 0 {
            context.logger.warning(
                "An Outbound Message held characters that XML forbids; U+FFFD stands for them now.",
                metadata: ["instance": "\(instance.id)", "characters": "\(message.replacedCharacters)"]
            )
        }
    }

    /// Checks a webhook's headers against the instance's secrets; former ones are valid for a while after a rotation.
    package func verify(_ webhook: ReceivedWebhook, for instance: Instance) throws(StandardWebhooks.Refusal) {
        let due = clock.due
        let former = instance.formerReceiverSecrets.filter { due < $0.expires }.map(\.secret.exposed)
        try webhook.verify(
            [instance.receiverSecret] + former,
            allowsUnsigned: instance.configuration.unsignedWebhooks,
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
