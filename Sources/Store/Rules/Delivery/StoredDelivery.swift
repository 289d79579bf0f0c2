package import Domain

/// A delivery as its rules see it: where it stands, and which lanes and counters it concerns.
package struct StoredDelivery: Sendable, Hashable {
    package struct Event: Sendable, Hashable {
        package let record: String
        /// The number that stands for the object's name in the store.
        package let object: Int64
        package let change: Change

        package init(record: String, object: Int64, change: Change) {
            self.record = record
            self.object = object
            self.change = change
        }
    }

    /// The notification's number, which is the sequence of its first event; the others follow without a gap.
    package let id: Int64
    package let instance: InstanceID
    package var state: DeliveryState
    /// How its last replay ended; nil where there was none.
    package var replay: ReplayVerdict?
    /// In the order of their sequences.
    package let events: [Event]

    package init(id: Int64, instance: InstanceID, state: DeliveryState, replay: ReplayVerdict?, events: [Event]) {
        self.id = id
        self.instance = instance
        self.state = state
        self.replay = replay
        self.events = events
    }

    /// The sequences of its events are this one's and the following.
    package var sequences: Range<Int64> { id..<(id + Int64(events.count)) }

    /// Its lanes, each once.
    package var records: [String] {
        if events.count == 1 { return [events[0].record] }
        var seen: Set<String> = []
        return events.map(\.record).filter { seen.insert($0).inserted }
    }
}
