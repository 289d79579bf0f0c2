import Primitives

/// What one poll knows of the org's time: by clocks, by stamps, and by the org's word that another object's log had.
///
/// Invariants: `reach` is never ahead of the org; `newestStamp` is set once the poll asked for the newest row, and not before;
/// what was known before this poll, and when it began, stays as it was.
struct OrgTime: Sendable {
    /// What was known when this poll began.
    struct Former: Sendable {
        let cursor: Timestamp?
        let anchor: OrgAnchor?
        let proven: Timestamp?
        let covered: Timestamp?
        let logSeen: Timestamp?

        init(cursor: Timestamp?, _ resume: ResumeState) {
            self.cursor = cursor
            anchor = resume.anchor
            proven = resume.proven
            covered = resume.covered
            logSeen = resume.logSeen
        }
    }

    /// What the server's clock said when this poll began.
    let now: Timestamp
    /// What this machine's clock said then: when polls were is a matter of this machine, as when the next one is.
    let startedAt: Timestamp
    let former: Former
    /// What the clocks said when the last answer came.
    private(set) var clocks: PollClocks
    /// The org's time when this poll began, as its stamps show so far. Nil before the first row.
    private(set) var reach: Timestamp?
    /// The newest stamp of this poll's rows.
    private(set) var latestStamp: Timestamp?
    /// The stamp of the newest row, or the org's time where that is later; nil where this poll did not ask for it.
    private(set) var newestStamp: Timestamp?
    /// The org's word by the log of deletions of another object in this poll.
    var otherWord: OrgWord?
    /// This poll found that what was stored is ahead of the org.
    private(set) var wasPulledBack = false

    init(_ clocks: PollClocks, former: Former, reach: Timestamp?) {
        now = clocks.server
        startedAt = clocks.here
        self.former = former
        self.clocks = clocks
        self.reach = reach
    }

    /// The org's time is not past this, as far as anybody says: where the logs are asked to.
    var horizon: Timestamp { max(now, clocks.here, reach ?? now) }

    /// The org's time is past this, unless all clocks are ahead.
    var sure: Timestamp { max(min(now, clocks.here), reach ?? ObjectPoll.dawn) }

    var latestClock: Timestamp { max(clocks.server, clocks.here) }

    mutating func update(_ clocks: PollClocks) { self.clocks = clocks }

    /// Begins a first run at the newest stamp that can be believed.
    mutating func begin(at stamp: Timestamp) {
        reach = stamp
        newestStamp = stamp
    }

    /// Takes how late it is in the org by the newest row, which a poll asked for that may leave a backlog.
    mutating func acceptNewest(_ stamp: Timestamp) { newestStamp = stamp }

    mutating func pullBack() { wasPulledBack = true }

    mutating func acceptStamp(_ stamp: Timestamp) { latestStamp = max(latestStamp ?? stamp, stamp) }
}
