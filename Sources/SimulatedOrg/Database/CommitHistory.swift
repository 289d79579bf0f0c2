/// The commits of an org in order, up to a limit; the oldest are dropped beyond it.
struct CommitHistory {
    private var changes: [OrgChange] = []
    private var lastSequence = 0

    mutating func record(_ write: Write, object: String, at now: Stamp, transaction: Int?, limit: Int) {
        lastSequence += 1
        changes.append(
            OrgChange(
                sequence: lastSequence,
                object: object,
                id: write.after.id,
                kind: write.operation.kind,
                stamp: write.after.stamp,
                committed: now,
                transaction: transaction,
                firedTriggers: write.firesTriggers
            )
        )
        // Dropping one by one would move the whole array each time.
        if changes.count > limit + limit / 4 { changes.removeFirst(changes.count - limit) }
    }

    /// Those after a sequence number, oldest first.
    func changes(since sequence: Int) -> [OrgChange] {
        guard let first = changes.firstIndex(where: { $0.sequence > sequence }) else { return [] }
        return Array(changes[first...])
    }
}
