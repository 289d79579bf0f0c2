package import Primitives

/// Everything that one page of a poll or one webhook brings; stored in one transaction or not at all.
package struct IntakeBatch: Sendable {
    package var instanceID: InstanceID
    package var instanceName: String
    package var instanceTags: [String]
    /// In the order in which the changes happened.
    package var observations: [Observation]
    /// Keyed by object, as baselines differ.
    package var policies: [String: ChangeDecision.Policy]
    package var source: ChangeSource
    /// Server time at which the poll began; nil for webhooks.
    package var pollDate: Timestamp?
    package var receivedAt: Timestamp
    /// When it was sent, by its sender's clock; nil where nobody signed that.
    package var sentAt: Timestamp?
    /// `WebhookEnvelope.make` of the body; nil for polling.
    package var webhookEnvelope: String?
    package var filterNulls: Bool
    /// Events in one notification.
    package var batchSize: Int
    /// Whether there is a callback to deliver to.
    package var hasCallback: Bool
    /// Names a message that must not count twice, where its records can't tell; nil: they can.
    package var messageID: String?
    /// Names the webhook where its records have stamps: they tell a repeat from another change but for two of one second that
    /// say the same. Nil: it has no name.
    package var webhookID: String?
    /// Names each observation's message where a body holds several, in their order; empty: it doesn't. Those seen before
    /// are repeats, whatever their stamps say.
    package var notificationIDs: [String]
    /// Poller records to store with the events: no cursor moves before its events are on disk.
    package var pollerRecords: [PollerRecord]

    package init(
        instanceID: InstanceID,
        instanceName: String,
        instanceTags: [String],
        observations: [Observation],
        policies: [String: ChangeDecision.Policy],
        source: ChangeSource,
        pollDate: Timestamp?,
        receivedAt: Timestamp,
        sentAt: Timestamp? = nil,
        webhookEnvelope: String? = nil,
        filterNulls: Bool,
        batchSize: Int = 1,
        hasCallback: Bool,
        messageID: String? = nil,
        webhookID: String? = nil,
        notificationIDs: [String] = [],
        pollerRecords: [PollerRecord] = []
    ) {
        self.instanceID = instanceID
        self.instanceName = instanceName
        self.instanceTags = instanceTags
        self.observations = observations
        self.policies = policies
        self.source = source
        self.pollDate = pollDate
        self.receivedAt = receivedAt
        self.sentAt = sentAt
        self.webhookEnvelope = webhookEnvelope
        self.filterNulls = filterNulls
        self.batchSize = batchSize
        self.hasCallback = hasCallback
        self.messageID = messageID
        self.webhookID = webhookID
        self.notificationIDs = notificationIDs
        self.pollerRecords = pollerRecords
    }
}

/// What became of a batch.
package struct IntakeResult: Sendable, Hashable {
    package var created = 0
    package var updated = 0
    package var deleted = 0
    /// Observations that brought nothing new.
    package var repeats = 0
    /// The greatest sequence stored; nil if no event came of it.
    package var lastSequence: Int64?
    /// Notifications that are heads of their lanes and may go out now, oldest first.
    package var ready: [Int64] = []
    /// Records, by object, whose rows wait for the field list to be read anew; they are as if they had not been seen.
    package var heldBack: [String: Set<String>] = [:]

    package init() {}

    package var events: Int { created + updated + deleted }
}
