package import Primitives

/// What retention has done and will do.
package struct RetentionFigures: Sendable, Hashable {
    package var policy: RetentionPolicy
    /// When the oldest event was stored.
    package var oldest: Timestamp?
    /// Events that go within a day if as many come as in the last one; an estimate.
    package var dueWithinDay: Int64
    /// Events that went since the program began.
    package var purged: Int64
    /// What keeps the store from getting as small as it should be; one sentence.
    package var problem: String?

    package init(
        policy: RetentionPolicy,
        oldest: Timestamp? = nil,
        dueWithinDay: Int64 = 0,
        purged: Int64 = 0,
        problem: String? = nil
    ) {
        self.policy = policy
        self.oldest = oldest
        self.dueWithinDay = dueWithinDay
        self.purged = purged
        self.problem = problem
    }
}
