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
    /// Where the org sends webhooks.
    package var receiverURL: String
    package var organizationName: String?
    package var isConnected: Bool
    /// Objects whose first run reads everything and is not done.
    package var backfills: [BackfillProgress] = []

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

    /// What stands behind the receiver's address in that of Outbound Messages.
    package static let outboundMessageSuffix = "/outbound"

    /// Where the org sends Outbound Messages, which no Apex signs.
    package var outboundMessageURL: String { receiverURL + Self.outboundMessageSuffix }
}

/// How far the reading of all that exists has come.
package struct BackfillProgress: Sendable, Hashable {
    package let object: String
    package let rows: Int64
    /// Nil where the org did not count.
    package let total: Int64?

    package init(object: String, rows: Int64, total: Int64?) {
        self.object = object
        self.rows = rows
        self.total = total
    }
}

/// `Sforce-Limit-Info: api-usage=18/5000`.
package struct APIUsage: Sendable, Hashable {
    package var used: Int
    package var allowed: Int

    package init(used: Int, allowed: Int) {
        self.used = used
        self.allowed = allowed
    }
}

/// An object of the org's describe that can be watched.
package struct ObjectDescription: Sendable, Hashable {
    package var name: String
    package var label: String
    package var isCustom: Bool
    package var isQueryable: Bool
    package var isReplicateable: Bool
    package var isTriggerable: Bool

    package init(
        name: String,
        label: String,
        isCustom: Bool,
        isQueryable: Bool,
        isReplicateable: Bool,
        isTriggerable: Bool
    ) {
        self.name = name
        self.label = label
        self.isCustom = isCustom
        self.isQueryable = isQueryable
        self.isReplicateable = isReplicateable
        self.isTriggerable = isTriggerable
    }
}

/// What a poll brought.
package struct PollSummary: Sendable, Hashable {
    package var result: IntakeResult
    package var rowsRead: Int
    package var apiCalls: Int
    package var milliseconds: Int
    /// Objects that could not be polled, with one sentence each.
    package var problems: [String: String]
    /// The org's own words for them, where it said any.
    package var providerMessages: [String: String]

    package init(
        result: IntakeResult = .init(),
        rowsRead: Int = 0,
        apiCalls: Int = 0,
        milliseconds: Int = 0,
        problems: [String: String] = [:],
        providerMessages: [String: String] = [:]
    ) {
        self.result = result
        self.rowsRead = rowsRead
        self.apiCalls = apiCalls
        self.milliseconds = milliseconds
        self.problems = problems
        self.providerMessages = providerMessages
    }
}
