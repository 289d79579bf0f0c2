package import Primitives

/// Which events are wanted: single members that must all hold, and an expression; what is empty doesn't restrict.
package struct EventFilter: Sendable, Hashable {
    package var instanceIDs: Set<InstanceID> = []
    /// API names, compared without regard to case.
    package var objects: Set<String> = []
    package var changes: Set<Change> = []
    package var states: Set<DeliveryState> = []
    /// How the last replay ended; what was never replayed matches none.
    package var replays: Set<ReplayVerdict> = []
    /// Leaves out events whose last replay ended so.
    package var excludedReplays: Set<ReplayVerdict> = []
    /// Instances whose callback is held: what is open of them is found, counted and shown as `held`. Nothing that a
    /// person sets: whoever knows of the holds does.
    package var heldInstances: Set<InstanceID> = []
    package var recordID: String?
    /// Events stored at or after this moment.
    package var from: Timestamp?
    /// Events stored before this moment.
    package var to: Timestamp?
    /// What the filter language says beside all that; it must hold, too.
    package var expression = EventExpression.everything

    package init() {}

    /// Reads the filter language; durations like `since:10m` count back from `now`, and moments without a zone are those of the
    /// clock.
    ///
    /// - Throws: `FilterFault` with the place.
    package init(parsing text: String, now: Timestamp, clock: LocalClock = .utc) throws(FilterFault) {
        expression = try EventExpression(parsing: text, now: now, clock: clock)
        self = normalized()
    }

    package var isEmpty: Bool { self == EventFilter() }
}

/// A page of events by key: never by offset, so any page costs the same.
package struct PageRequest: Sendable, Hashable {
    package enum Direction: Sendable, Hashable {
        case newestFirst
        case oldestFirst
    }

    package var direction: Direction
    /// Only events beyond this sequence, in the page's direction; nil starts at the end.
    package var after: Int64?
    package var limit: Int
    package var filter: EventFilter
    /// Milliseconds after which looking at events one by one is broken off, and the page says how far it came. Nil: it ends
    /// when the page is full, however long that takes.
    package var patience: Int64?
    /// Whether the events tell who changed their records, for which each record is read.
    package var withAuthors = false

    package init(
        direction: Direction = .newestFirst,
        after: Int64? = nil,
        limit: Int = 200,
        filter: EventFilter = .init(),
        patience: Int64? = nil
    ) {
        self.direction = direction
        self.after = after
        self.limit = limit
        self.filter = filter
        self.patience = patience
    }
}

extension PageRequest {
    /// The newest event of an instance, which may have been deleted.
    package static func newest(of id: InstanceID) -> PageRequest {
        var filter = EventFilter()
        filter.instanceIDs = [id]
        return PageRequest(limit: 1, filter: filter)
    }

    /// The oldest event of an instance that is still to be delivered.
    package static func oldestOpen(of id: InstanceID) -> PageRequest {
        var filter = EventFilter()
        filter.instanceIDs = [id]
        filter.states = Set(DeliveryState.storedOpen)
        return PageRequest(direction: .oldestFirst, limit: 1, filter: filter)
    }
}

/// An event as the list shows it: no payload.
package struct EventSummary: Sendable, Hashable {
    package let sequence: Int64
    package let eventID: String
    package let instanceID: InstanceID
    package let object: String
    package let recordID: String
    package let recordName: String?
    package let change: Change
    package let isUndelete: Bool
    package let source: ChangeSource
    package let date: Timestamp
    package let receivedAt: Timestamp
    package let changedFieldNames: [String]
    /// Whether the former fields were known, so that these are all that was seen to differ.
    package let isCompared: Bool
    package let delivery: Delivery?
    /// The change, where one field changed alone and its values are brief.
    package let onlyChange: FieldChange?
    /// Who changed the record last, where that was asked for and the record says it: a name, else an id.
    package let changedBy: String?

    package init(
        sequence: Int64,
        eventID: String,
        instanceID: InstanceID,
        object: String,
        recordID: String,
        recordName: String?,
        change: Change,
        isUndelete: Bool,
        source: ChangeSource,
        date: Timestamp,
        receivedAt: Timestamp,
        changedFieldNames: [String],
        isCompared: Bool? = nil,
        delivery: Delivery?,
        onlyChange: FieldChange? = nil,
        changedBy: String? = nil
    ) {
        self.sequence = sequence
        self.eventID = eventID
        self.instanceID = instanceID
        self.object = object
        self.recordID = recordID
        self.recordName = recordName
        self.change = change
        self.isUndelete = isUndelete
        self.source = source
        self.date = date
        self.receivedAt = receivedAt
        self.changedFieldNames = changedFieldNames
        self.isCompared = isCompared ?? !changedFieldNames.isEmpty
        self.delivery = delivery
        self.onlyChange = onlyChange
        self.changedBy = changedBy
    }
}

/// One event with all that is known of its way.
package struct EventDetail: Sendable, Hashable {
    package let event: ChangeEvent
    package let delivery: Delivery?
    /// Oldest first.
    package let attempts: [Attempt]
    /// The body that is posted to the callback.
    package let body: [UInt8]

    package init(event: ChangeEvent, delivery: Delivery?, attempts: [Attempt], body: [UInt8]) {
        self.event = event
        self.delivery = delivery
        self.attempts = attempts
        self.body = body
    }
}

extension EventSummary {
    /// The list's view of an event that was read in full.
    package init(_ detail: EventDetail) { self.init(detail.event, detail.delivery) }

    package init(_ event: ChangeEvent, _ delivery: Delivery?, withAuthor: Bool = false) {
        self.init(
            sequence: event.sequence,
            eventID: event.eventID,
            instanceID: event.instanceID,
            object: event.object,
            recordID: event.recordID,
            recordName: event.recordName,
            change: event.change,
            isUndelete: event.isUndelete,
            source: event.source,
            date: event.date,
            receivedAt: event.receivedAt,
            changedFieldNames: event.changedFields.map(\.name),
            isCompared: event.isCompared,
            delivery: delivery,
            onlyChange: event.changedFields.brief,
            changedBy: withAuthor ? RecordAuthor.name(in: event.record) : nil
        )
    }
}

/// How many deliveries stand where, and how many events there are.
package struct EventCounts: Sendable, Hashable {
    package var total: Int64 = 0
    package var byState: [DeliveryState: Int64] = [:]
    /// Events whose last replay ended so.
    package var byReplay: [ReplayVerdict: Int64] = [:]
    /// Dead events whose last replay succeeded: nobody has to see to them.
    package var deadButReplayed: Int64 = 0
    /// There are more events than were counted.
    package var isCut = false
    /// How much of the history the index of words holds, in percent, where it was searched without one; nil where the
    /// index is whole or was not needed.
    package var indexPercent: Int?

    package init(
        total: Int64 = 0,
        byState: [DeliveryState: Int64] = [:],
        byReplay: [ReplayVerdict: Int64] = [:],
        deadButReplayed: Int64 = 0,
        isCut: Bool = false,
        indexPercent: Int? = nil
    ) {
        self.total = total
        self.byState = byState
        self.byReplay = byReplay
        self.deadButReplayed = deadButReplayed
        self.isCut = isCut
        self.indexPercent = indexPercent
    }

    /// Those that never came to their callback: dead, and no replay has succeeded since.
    package var dead: Int64 { (byState[.dead] ?? 0) - deadButReplayed }
    package var open: Int64 { byState.reduce(0) { $0 + ($1.key.isOpen ? $1.value : 0) } }
}
