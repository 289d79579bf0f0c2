import Domain

/// What the writer keeps in memory between commits; a value, so that a failed transaction simply puts the old one back.
struct WriterState: Sendable {
    var nextSequence: Int64 = 1
    var nextInstance: Int64 = 1
    /// By lower-case name.
    var objects: [String: Int64] = [:]
    var senders: [Sender: Int64] = [:]
    var instances: [InstanceID: Instance] = [:]
    /// What this transaction changes in `counter` and `span`.
    var countChanges: [Facet: Int64] = [:]
    var spanChanges: [Int64: ClosedRange<Int64>] = [:]

    /// Who a notification says that it comes from, as it stood when it was made.
    struct Sender: Sendable, Hashable {
        let instance: InstanceID
        let name: String
        let tags: String
    }
}

/// The properties that events are counted and found by.
struct Facet: Sendable, Hashable {
    var instance: InstanceID
    var object: Int64
    var change: Int64
    var state: Int64
    /// How the last replay ended, where only events that were replayed are meant.
    var replay: Int64?
}
