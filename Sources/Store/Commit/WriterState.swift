import Domain

/// What the writer keeps in memory between commits; a value, so that a failed transaction simply puts the old one back.
struct WriterState: Sendable {
    var nextSequence: Int64 = 1
    var nextInstance: Int64 = 1
    /// By lower-case name.
    var objects: [String: Int64] = [:]
    /// As they were first spelled, by number from 1 on.
    var objectNames: [String] = []
    var senders: [Sender: Int64] = [:]
    var instances = InstanceTable()
    /// What this transaction moves in the counters.
    var counters = FacetChanges()
    /// What this transaction adds to the times of blocks.
    var times = TimeBlocks()

    /// Who a notification says that it comes from, as it stood when it was made.
    struct Sender: Sendable, Hashable {
        let instance: InstanceID
        let name: String
        let tags: String
    }
}
