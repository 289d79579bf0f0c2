package import Primitives

/// Where a notification stands on its way to the callback.
package enum DeliveryState: String, Sendable, Hashable, CaseIterable {
    /// Head of its lane, to be sent as soon as possible.
    case queued
    /// Behind an earlier delivery of the same record.
    case waiting
    /// Failed at least once; goes out again at `nextAttempt`.
    case retrying
    /// Open, while the callback of its instance is held. Never stored: whoever reads deliveries for a person puts it in
    /// the place of what is stored, so that a hold of 100,000 deliveries costs nothing.
    case held
    /// Given up after the last step of the retry ladder; replayable.
    case dead
    case delivered
    /// There was no callback to send it to.
    case none

    /// Whether it still wants to be sent.
    package var isOpen: Bool {
        switch self {
        case .queued, .waiting, .retrying, .held: true
        case .dead, .delivered, .none: false
        }
    }

    /// The states that rows bear while their delivery is open.
    package static let storedOpen: [DeliveryState] = allCases.filter { $0.isOpen && $0 != .held }
}

/// A notification's way to the callback.
package struct Delivery: Sendable, Hashable {
    /// Also the notification's number: one notification has one delivery.
    package let notificationID: Int64
    package let instanceID: InstanceID
    package var state: DeliveryState
    /// Attempts made so far, replays not counted.
    package var attempts: Int
    package var nextAttempt: Timestamp?
    package let createdAt: Timestamp
    package var lastStatus: Int?
    package var lastMilliseconds: Int?
    /// One sentence about the last failure.
    package var lastError: String?
    /// How the last replay to the delivery's own callback with its own body ended; one to elsewhere says nothing of it.
    /// It stands beside the delivery's own way, and never in its place.
    package var lastReplay: ReplayOutcome?
    /// When the attempt began that is under way. Never stored: only the node that sends it knows, and says so to whoever asks it.
    package var sendingSince: Timestamp?

    package init(
        notificationID: Int64,
        instanceID: InstanceID,
        state: DeliveryState,
        attempts: Int,
        nextAttempt: Timestamp?,
        createdAt: Timestamp,
        lastStatus: Int? = nil,
        lastMilliseconds: Int? = nil,
        lastError: String? = nil,
        lastReplay: ReplayOutcome? = nil,
        sendingSince: Timestamp? = nil
    ) {
        self.notificationID = notificationID
        self.instanceID = instanceID
        self.state = state
        self.attempts = attempts
        self.nextAttempt = nextAttempt
        self.createdAt = createdAt
        self.lastStatus = lastStatus
        self.lastMilliseconds = lastMilliseconds
        self.lastError = lastError
        self.lastReplay = lastReplay
        self.sendingSince = sendingSince
    }
}

extension Delivery {
    /// As a person should read it while the callbacks of these instances are held.
    package func shown(heldInstances: Set<InstanceID>) -> Delivery {
        guard state.isOpen, heldInstances.contains(instanceID) else { return self }
        var shown = self
        shown.state = .held
        return shown
    }
}

extension Delivery {
    /// The same with the moment of the next attempt led through `show`.
    package func moved(_ show: (Timestamp) -> Timestamp) -> Delivery {
        var delivery = self
        delivery.nextAttempt = nextAttempt.map(show)
        return delivery
    }
}

extension EventSummary {
    /// The same event with its delivery as it stands now.
    package func with(_ delivery: Delivery?) -> EventSummary {
        EventSummary(
            sequence: sequence,
            eventID: eventID,
            instanceID: instanceID,
            object: object,
            recordID: recordID,
            recordName: recordName,
            change: change,
            isUndelete: isUndelete,
            source: source,
            date: date,
            receivedAt: receivedAt,
            changedFieldNames: changedFieldNames,
            isCompared: isCompared,
            delivery: delivery,
            onlyChange: onlyChange,
            changedBy: changedBy
        )
    }
}
