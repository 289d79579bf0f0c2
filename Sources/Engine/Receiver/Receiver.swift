import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce
import Store

/// What orgs post: verified, parsed and handed to the event source that it belongs to.
struct Receiver: Sendable {
    let directory: InstanceDirectory
    let clock: any EngineClock
    let notices: NoticeHub
    /// Nil where no other node is.
    let sharing: (any SharedStore)?
    let logger: Logger

    /// Characters of a reason that another node hears.
    private static let longestReason = 500

    /// The instance that a receiver address belongs to; nil if there is none. No disk is read once the instances are.
    func instance(token: String) async throws -> InstanceID? {
        try await directory.entry(receiverToken: token)?.id
    }

    /// Verifies a webhook, parses it and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `ReceiverRefusal`, or what `accept` throws.
    func receive(_ webhook: ReceivedWebhook, for id: InstanceID) async throws -> IntakeResult {
        let entry = try entry(id)
        // Only who knows the secret learns more: what is wrong with a body, or that an instance is switched off.
        let current = entry.watched.current
        let isSigned = webhook.signature?.isEmpty == false
        do {
            try verify(webhook, current.keys, allowsUnsigned: current.instance.configuration.unsignedWebhooks)
        } catch {
            remember(ErrorSentence.text(error), by: isSigned ? .unverified : .unsigned, entry)
            throw error
        }
        var sender: WebhookRefusals.Sender = isSigned ? .known : .unsigned
        do {
            let body = try webhook.parsed()
            if isSigned, Self.isForeign(body, current) { sender = .foreign }
            return try await accept(body, for: entry)
        } catch let error as ReceiverRefusal {
            remember(error.description, by: sender, entry)
            throw error
        } catch let error as ClientError where error.kind == .invalid {
            remember(error.message, by: sender, entry)
            throw error
        }
    }

    /// Whether a body says that it comes from another org than the one that is watched.
    private static func isForeign(_ body: WebhookBody, _ current: WatchedInstance.Current) -> Bool {
        guard let sender = body.organizationID, let own = current.organizationID else { return false }
        return sender != own
    }

    /// A sender only counts its refusals; the instance's state has to say them.
    private func remember(_ reason: String, by sender: WebhookRefusals.Sender, _ entry: InstanceRegistry.Entry) {
        let (id, due) = (entry.id, clock.due)
        if entry.watched.refusedWebhook(reason, by: sender, at: due) { notices.post(.instance(id)) }
        guard let sharing, !sharing.isHeld(id), entry.watched.isRefusalDueAtHolder(sender, at: due) else { return }
        let refusal = SharedRefusal(sender: sender.rawValue, reason: String(reason.prefix(Self.longestReason)))
        // The sender gets its answer without a wait for the database.
        Task { [logger] in
            do { try await sharing.publish(refusal, of: id) } catch {
                logger.notice(
                    "The node that holds an instance does not hear of a webhook that was refused here",
                    metadata: ["instance": "\(id)", "error": "\(error)"]
                )
            }
        }
    }

    /// Parses an Outbound Message and stores its changes; they are on disk when this returns.
    ///
    /// - Throws: `ReceiverRefusal`, or what `accept` throws.
    func receiveOutboundMessage(_ body: [UInt8], for id: InstanceID) async throws {
        let message = try OutboundMessage.received(body)
        _ = try await accept(message, for: id)
        if message.replacedCharacters > 0 {
            logger.warning(
                "An Outbound Message held characters that XML forbids; U+FFFD stands for them now.",
                metadata: ["instance": "\(id)", "characters": "\(message.replacedCharacters)"]
            )
        }
    }

    /// Checks a webhook's headers against the instance's secrets; former ones are valid for a while after a rotation.
    func verify(_ webhook: ReceivedWebhook, for instance: Instance) throws(ReceiverRefusal) {
        try verify(webhook, ReceiverKeys(instance), allowsUnsigned: instance.configuration.unsignedWebhooks)
    }

    private func verify(
        _ webhook: ReceivedWebhook,
        _ keys: ReceiverKeys,
        allowsUnsigned: Bool
    ) throws(ReceiverRefusal) {
        try webhook.verify(keys.valid(at: clock.due), allowsUnsigned: allowsUnsigned, now: clock.now)
    }

    private func entry(_ id: InstanceID) throws(ClientError) -> InstanceRegistry.Entry {
        guard let entry = directory.registry.entry(id) else {
            throw ClientError(.notFound, "There is no instance \(id).")
        }
        return entry
    }

    /// Stores the changes that a body reports.
    ///
    /// - Throws: `ClientError` (`forbidden` while events are off, `invalid` for another org's body), or `StoreError`.
    func accept(_ body: WebhookBody, for id: InstanceID) async throws -> IntakeResult {
        try await accept(body, for: try entry(id))
    }

    /// Of an instance that takes nothing, with the way out.
    private static func refusal(while instance: Instance) -> ClientError {
        let way =
            instance.isDisabled
            ? "This instance is disabled; nothing was taken. PUT /instances/\(instance.id)/enabled enables it."
            : "Events are switched off for this instance; nothing was taken. "
                + "\(ConfigurationKey.eventsEnabled.rawValue) switches them on."
        return ClientError(.forbidden, way)
    }

    private func accept(_ body: WebhookBody, for entry: InstanceRegistry.Entry) async throws -> IntakeResult {
        let current = entry.watched.current
        guard current.instance.isActive else { throw Self.refusal(while: current.instance) }
        if let sender = body.organizationID, let own = current.organizationID, sender != own {
            throw ClientError(
                body.source == .outboundMessage ? .forbidden : .invalid,
                "The body comes from organization \(sender); this instance watches \(own)."
            )
        }
        if body.source == .outboundMessage { return try await entry.sources.outboundMessages.accept(body) }
        let result = try await entry.sources.apex.accept(body)
        if entry.watched.acceptedWebhook(at: clock.due) { notices.post(.instance(entry.id)) }
        return result
    }
}
