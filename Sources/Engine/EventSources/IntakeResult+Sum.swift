import Domain

extension IntakeResult {
    /// Counts add up; ids of single pages don't matter to a summary.
    mutating func add(_ other: IntakeResult) {
        created += other.created
        updated += other.updated
        deleted += other.deleted
        repeats += other.repeats
        lastSequence = [lastSequence, other.lastSequence].compactMap { $0 }.max()
    }
}
