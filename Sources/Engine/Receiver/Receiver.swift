import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce

/// What orgs post: verified, parsed and handed to the event source that it belongs to.
struct Receiver: Sendable {
    let directory: InstanceDirectory
    let clock: any EngineClock
    let logger: Logger

    /// The instance that a receiver address belongs to; nil if there is none. No disk is read once the instances are.
    func instance(token: String) async throws -> Instance? {
        try await directory.load()
        return directory.registry.entry(receiverToken: token)?.instance
    }

    /// Verifies a webhook, parses it and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `ReceiverRefusal`, or what `accept` throws.
    func receive(_ webhook: ReceivedWebhook, for instance: Instance) async throws -> IntakeResult {
        // Only who knows the secret learns more: what is wrong with a body, or that an instance is switched off.
        try verify(webhook, for: instance)
        return try await accept(try webhook.parsed(), for: instance)
    }

    /// Parses an Outbound Message and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `ReceiverRefusal`, or what `accept` throws.
    func receiveOutboundMessage(_ body: [UInt8], for instance: Instance) async throws {
        let message = try OutboundMessage.received(body)
        _ = try await accept(message, for: instance)
        if message.replacedCharacters > 0 {
            logger.warning(
                "An Outbound Message held characters that XML forbids; U+FFFD stands for them now.",
                metadata: ["instance": "\(instance.id)", "characters": "\(message.replacedCharacters)"]
            )
        }
    }

    /// Checks a webhook's headers against the instance's secrets; former ones are valid for a while after a rotation.
    func verify(_ webhook: ReceivedWebhook, for instance: Instance) throws(ReceiverRefusal) {
        let due = clock.due
        let former = instance.formerReceiverSecrets.filter { due < $0.expires }.map(\.secret)
        try webhook.verify(
            [instance.receiverSecret] + former,
            allowsUnsigned: instance.configuration.unsignedWebhooks,
            now: clock.now
        )
    }

    /// Stores the changes that a body reports.
    ///
    /// - Throws: `ClientError` (`forbidden` while events are off, `invalid` for another org's body), or `StoreError`.
    func accept(_ body: WebhookBody, for instance: Instance) async throws -> IntakeResult {
        guard let entry = directory.registry.entry(instance.id) else {
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
        return body.source == .outboundMessage
            ? try await entry.sources.outboundMessages.accept(body) : try await entry.sources.apex.accept(body)
    }
}
