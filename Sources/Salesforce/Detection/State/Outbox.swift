import Domain

/// What a poll has for the store, in the order in which it was found.
///
/// Invariants: nothing passes a tentative page, which is stored before the rest and then settled; there is one at most, and a
/// failure withdraws it.
struct Outbox: Sendable {
    /// A page that is stored before the poll leaves its place, as the store is to judge its rows.
    struct Tentative: Sendable {
        /// The poll as it was before the page; one, in a box.
        private let former: [ObjectPoll]
        let page: QueryPage
        fileprivate let batch: ObjectBatch
        fileprivate var isStored = false

        init(_ page: QueryPage, _ batch: ObjectBatch, before: ObjectPoll) {
            former = [before]
            self.page = page
            self.batch = batch
        }

        var before: ObjectPoll? { former.first }
    }

    private var queue: [ObjectBatch] = []
    private var tentative: Tentative?

    mutating func enqueue(_ batch: ObjectBatch) { queue.append(batch) }

    mutating func enqueue(_ page: Tentative) { tentative = page }

    mutating func withdraw() { tentative = nil }

    /// What comes next, if anything does.
    mutating func next() -> ObjectPoll.Step? {
        if let waiting = tentative {
            if waiting.isStored { return .settle }
            tentative?.isStored = true
            return .store(waiting.batch)
        }
        return queue.isEmpty ? nil : .store(queue.removeFirst())
    }

    /// Removes the page that the store has judged.
    mutating func settle() -> Tentative? {
        defer { tentative = nil }
        return tentative
    }
}
