/// Jobs that wait for the writer, handed out in groups: while one is being committed, the next gathers. Pure bookkeeping.
struct CommitGroups<Job> {
    enum Answer: Sendable, Hashable {
        /// Whoever drains the groups comes to it.
        case queued
        /// Nobody drains them: the caller has to begin, and to go on until there is none left.
        case begins
        case refused
    }

    /// Jobs in one group at most, so that no caller waits long for the others.
    let limit: Int
    private var jobs: [Job] = []
    private var isDraining = false
    private var isClosed = false

    /// How many wait.
    var count: Int { jobs.count }

    init(limit: Int = 256) { self.limit = max(1, limit) }

    mutating func add(_ job: Job) -> Answer {
        if isClosed { return .refused }
        jobs.append(job)
        if isDraining { return .queued }
        isDraining = true
        return .begins
    }

    /// The next group, in the order in which the jobs came; nil at the end, after which the next job begins anew.
    mutating func dequeue() -> [Job]? {
        guard !jobs.isEmpty else {
            isDraining = false
            return nil
        }
        let group = Array(jobs.prefix(limit))
        jobs.removeFirst(group.count)
        return group
    }

    /// Refuses jobs from now on; those that wait are still handed out.
    mutating func close() { isClosed = true }
}
