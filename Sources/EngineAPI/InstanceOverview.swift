package import Domain
package import Primitives

/// An instance as a screen or a listing shows it; secrets are masked.
package struct InstanceOverview: Sendable, Hashable {
    package var id: InstanceID
    package var name: String
    package var tags: [String]
    /// With every secret replaced by `secretMask` where one is set.
    package var configuration: InstanceConfiguration
    package var isDisabled: Bool
    package var source: SourceState
    /// What the org itself said to the last poll, where that failed.
    package var providerMessage: String?
    package var callback: CallbackState
    package var pollers: [PollerRecord]
    package var nextPoll: Timestamp?
    /// A poll is running now.
    package var isPolling: Bool
    /// API calls used and allowed in 24 hours, as the org last said.
    package var apiUsage: APIUsage?
    /// Signalbox's own part of them; nil where an older node doesn't say.
    package var apiBudget: APIBudget?
    /// Where the org sends webhooks.
    package var receiverURL: String
    package var organizationName: String?
    /// Where people and programs reach the org, as its sign-in said; nil before that.
    package var organizationURL: String?
    package var isConnected: Bool
    /// Objects whose first run reads everything and is not done.
    package var backfills: [BackfillProgress] = []
    /// Attempts that its deliveries get before they are dead; nil where an older node doesn't say.
    package var attemptLimit: Int?
    /// When its settings changed last, different after each change; nil where an older node doesn't say.
    package var updatedDate: Timestamp?
    /// Changes that came by webhooks and were left out, as their objects are not watched; since the objects to watch changed,
    /// or the program began.
    package var unwatchedChanges = 0
    /// Some of these objects.
    package var unwatchedObjects: [String] = []

    package init(
        id: InstanceID,
        name: String,
        tags: [String],
        configuration: InstanceConfiguration,
        isDisabled: Bool,
        source: SourceState,
        callback: CallbackState,
        pollers: [PollerRecord],
        nextPoll: Timestamp?,
        isPolling: Bool,
        apiUsage: APIUsage?,
        receiverURL: String,
        organizationName: String?,
        isConnected: Bool
    ) {
        self.id = id
        self.name = name
        self.tags = tags
        self.configuration = configuration
        self.isDisabled = isDisabled
        self.source = source
        self.callback = callback
        self.pollers = pollers
        self.nextPoll = nextPoll
        self.isPolling = isPolling
        self.apiUsage = apiUsage
        self.receiverURL = receiverURL
        self.organizationName = organizationName
        self.isConnected = isConnected
    }

    /// What was left out, and why; nil where nothing was.
    package var unwatchedSentence: String? {
        guard unwatchedChanges > 0 else { return nil }
        let objects = unwatchedObjects.isEmpty ? "" : " of \(unwatchedObjects.joined(separator: ", "))"
        return "Left out of what webhooks brought, as \(ConfigurationKey.objects.rawValue) does not name the object: "
            + "\(unwatchedChanges) change\(unwatchedChanges == 1 ? "" : "s")\(objects)."
    }

    /// What stands behind the receiver's address in that of Outbound Messages.
    package static let outboundMessageSuffix = "/outbound"

    /// Where the org sends Outbound Messages, which no Apex signs.
    package var outboundMessageURL: String { receiverURL + Self.outboundMessageSuffix }
}
