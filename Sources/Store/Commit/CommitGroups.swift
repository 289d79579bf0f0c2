/// Jobs that wait for the writer, handed out in groups: while one is being committed, the next gathers. Pure bookkeeping.
package struct CommitGroups<Job> {
    package enum Answer: Sendable, Hashable {
        /// Whoever drains the groups comes to it.
        case queued
        /// Nobody drains them: the caller has to begin, and to go on until there is none left.
        case begins
        case refused
    }

    /// Jobs in one group at most, so that no caller waits long for the others.
    package let limit: Int
    private var jobs: [Job] = []
    private var isDraining = false
    private var isClosed = false

    /// How many wait.
    package var count: Int { jobs.count }

    package init(limit: Int = 256) { self.limit = max(1, limit) }

    package mutating func add(_ job: Job) -> Answer {
        if isClosed { return .refused }
        jobs.append(job)
        if isDraining { return .queued }
        isDraining = true
        return .begins
    }

    /// The next group, in the order in which the jobs came; nil at the end, after which the next job begins anew.
    package mutating func dequeue() -> [Job]? {
        guard !jobs.isEmpty else {
            isDraining = false
            return nil
        }
        let group = Array(jobs.prefix(limit))
        jobs.removeFirst(group.count)
        return group
    }

    /// Refuses jobs from now on; those that wait are still handed out.
    package mutating func close() { isClosed = true }
}
