import Domain

/// A delivery as its rules see it: where it stands, and which lanes and counters it concerns.
struct StoredDelivery: Sendable, Hashable {
    struct Event: Sendable, Hashable {
        let record: String
        /// The number that stands for the object's name in the store.
        let object: Int64
        let change: Change
    }

    /// The notification's number, which is the sequence of its first event; the others follow without a gap.
    let id: Int64
    let instance: InstanceID
    var state: DeliveryState
    /// How its last replay ended; nil where there was none.
    var replay: ReplayVerdict?
    /// In the order of their sequences.
    let events: [Event]

    /// Its lanes, each once.
    var records: [String] {
        if events.count == 1 { return [events[0].record] }
        var seen: Set<String> = []
        return events.map(\.record).filter { seen.insert($0).inserted }
    }
}
