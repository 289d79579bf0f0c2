package import Primitives

/// What of one instance's events is asked, beside the standing of all instances.
package struct StatisticsRequest: Sendable, Hashable {
    package var instance: InstanceID
    /// Attempts elsewhere say nothing of the callback.
    package var callbackURL: String

    package init(instance: InstanceID, callbackURL: String) {
        self.instance = instance
        self.callbackURL = callbackURL
    }
}

/// What the stored events say in figures: from counters, the ends of indexes and a bounded number of the newest rows, so that it
/// costs the same however many events there are.
package struct StoredStatistics: Sendable, Hashable {
    /// By instance; those without events are left out.
    package var instances: [InstanceID: InstanceFigures] = [:]
    /// Of the instance that was asked for; nil if none was.
    package var events: EventFigures?

    package init() {}
}

/// One instance's events in a few numbers.
package struct InstanceFigures: Sendable, Hashable {
    package var counts = EventCounts()
    /// Events a minute, by the last minute.
    package var perMinute = 0

    package init() {}

    package init(counts: EventCounts, perMinute: Int) {
        self.counts = counts
        self.perMinute = perMinute
    }
}

/// One instance's events in more numbers.
package struct EventFigures: Sendable, Hashable {
    /// Objects that are told of, at most: those with the most events.
    package static let mostObjects = 200

    /// The most events first.
    package var objects: [ObjectFigures] = []
    package var callback = CallbackFigures()
    /// When the oldest event was stored that is still to be delivered.
    package var oldestOpen: Timestamp?
    package var busiest = BusyRecords()

    package init() {}

    package init(
        objects: [ObjectFigures],
        callback: CallbackFigures,
        oldestOpen: Timestamp?,
        busiest: BusyRecords = BusyRecords()
    ) {
        self.objects = objects
        self.callback = callback
        self.oldestOpen = oldestOpen
        self.busiest = busiest
    }
}

/// The events of one object.
package struct ObjectFigures: Sendable, Hashable {
    package var object: String
    package var counts: EventCounts

    package init(object: String, counts: EventCounts) {
        self.object = object
        self.counts = counts
    }
}
