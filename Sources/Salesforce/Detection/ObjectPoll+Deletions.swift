import Domain
import Primitives

/// Deletions by the org's log of them.
extension ObjectPoll {
    /// From where to where the log is asked.
    mutating func logSpan(_ read: Read) -> (Timestamp, Timestamp)? {
        var start = log.start ?? record.deletedCursor ?? read.lower ?? overlapped(time.now)
        if request.reconcile, log.start == nil, let since = resume.updatedCursor { start = min(start, since) }
        // The log reaches back 15 days; a clock that is ahead must not shorten that.
        return log.span(from: start, floor: Self.daysBefore(time.sure, 14), to: time.horizon)
    }

    mutating func acceptLog(_ answer: DeleteLog, _ request: ObjectRequest) {
        guard case .deleteLog(let start, let end) = request, let read = reads.current else { return }
        // It may go back further than it was asked, after a start that it refused.
        if log.widen(to: answer.earliest, notBefore: record.deletedCursor ?? .distantPast) { return }
        let floor = record.baseline ?? (resume.logSeen == nil ? read.lower ?? start : start)
        let told = self.request.reconcile ? nil : resume.logSeen.map { overlapped($0) }
        log.accept(answer, to: end, since: max(floor, told ?? floor))
        // Entries are lost up to where the log begins, and to where it had to be asked from; the later one covers both.
        // Where the log could not be read in the first run, records are known from then on all the same.
        if let covered = resume.logCovered ?? record.baseline ?? record.cursor.map({ overlapped($0) }) {
            let asked = log.isLate ? start : nil
            if let gap = [answer.earliest, asked].compactMap({ $0 }).max(), gap > covered { recordGap(gap) }
        }
    }

    /// What is left of the log once the rows were read, oldest first: what is certain, and what must be looked up because
    /// its rows were not among those read.
    func sortedLog(_ read: Read) -> (fresh: [DeleteLog.Entry], late: [DeleteLog.Entry]) {
        let left = log.left
        guard let lower = read.from, read.kind == .window else { return (left, []) }
        // The log keeps seconds as rows do: a record that came back carries a stamp not below the deletion's.
        return (left.filter { $0.date >= lower }, left.filter { $0.date < lower })
    }

    /// Drops the entries whose deletions are known.
    mutating func acceptWeighed(_ states: [String: LedgerState], fresh: [DeleteLog.Entry], rows: [Observation]) {
        log.acceptKnown(states)
        stage = .deletions(fresh, rows: rows)
    }

    mutating func queueDeletions(_ entries: [DeleteLog.Entry], behind rows: [Observation]) {
        let isBaseline = reads.current.map { $0.kind == .baseline || $0.kind == .bin } ?? false
        let rest = Array(entries.dropFirst(Self.chunk))
        let part = rows + entries.prefix(Self.chunk).map { deletion($0) }
        guard rest.isEmpty, log.unverified.isEmpty else {
            outbox.enqueue(batch(part, isBaseline: isBaseline))
            if rest.isEmpty {
                verifyNext(LookUp(log.unverified, width: lookUpWidth))
            } else {
                stage = .deletions(rest, rows: [])
            }
            return
        }
        settleRead()
        outbox.enqueue(batch(part, isBaseline: isBaseline))
        finishRead()
    }

    /// The log is reported to its end: the next request begins where the org says that it covered everything.
    mutating func settleLog() {
        guard log.isRead else { return }
        if let known = record.deletedCursor, let covered = log.covered, covered < known, log.isWhole {
            // Asked to its end, the org says less than it did: its clock was set back, or it is a copy from before. What was
            // deleted since is in the log with times that count as read by now.
            record.deletedCursor = overlapped(covered)
            resume.logCovered = covered
            resume.logSeen = covered
            return
        }
        let reach = time.reach ?? Self.dawn
        let known = record.deletedCursor
        let cursor = Self.followed(from: known, to: log.covered ?? known ?? reach, proven: reach)
        record.deletedCursor = cursor
        let covered = log.covered ?? log.end ?? max(reach, resume.logCovered ?? reach)
        resume.logCovered = max(cursor, Self.followed(from: resume.logCovered, to: covered, proven: time.sure))
        resume.logSeen = Self.followed(from: resume.logSeen, to: log.end ?? .distantFuture, proven: reach)
    }

    /// How far a log was followed that the org says to have covered up to `covered`.
    ///
    /// A server that claims to cover the future would hide what happens until then, so this goes no further than is `proven`:
    /// now, or before by whoever polled then. What of the org's time can be proven depends on the clocks of who looks
    /// (`OrgAnchor`), so that another node may prove less; that takes nothing back. Only the org does, by saying less.
    static func followed(from known: Timestamp?, to covered: Timestamp, proven: Timestamp) -> Timestamp {
        min(covered, max(proven, known ?? proven))
    }

    func deletion(_ entry: DeleteLog.Entry) -> Observation {
        var seen = Observation(
            kind: .deleteLog,
            object: schema?.name ?? name,
            recordID: entry.recordID,
            stamp: entry.date,
            isDeleted: true,
            fields: RecordFields()
        )
        seen.requestedAt = log.requestedAt
        return seen
    }

    private mutating func verifyNext(_ look: LookUp?) {
        if let look {
            stage = .verify(look)
            return
        }
        log.finishVerifying()
        settleRead()
        outbox.enqueue(batch([], isBaseline: false))
        finishRead()
    }

    /// Rows of ids from the log that are older than the rows that were read: what is not found is gone for good.
    mutating func acceptVerified(_ page: QueryPage) {
        guard case .verify(var look) = stage, let schema else { return }
        count(page)
        var observations: [Observation] = []
        for row in page.rows {
            guard let seen = observation(row, schema, of: page) else {
                // Without a stamp nothing can be said of it but that it is there.
                if let id = row.identifier("Id") { look.find(id) }
                continue
            }
            look.find(seen.recordID)
            if !page.torn.contains(seen.recordID), seen.stamp >= record.baseline ?? seen.stamp {
                observations.append(seen)
            }
        }
        let source: ChangeSource = request.reconcile ? .reconciliation : .polling
        guard let missing = look.missing(after: page) else {
            stage = .verify(look)
            outbox.enqueue(batch(observations, isBaseline: false, source: source))
            return
        }
        observations += missing.map { deletion($0) }
        outbox.enqueue(batch(observations, isBaseline: false, source: source))
        verifyNext(look.next)
    }

    // MARK: Refusals

    mutating func recoverLog(_ error: SalesforceError, start: Timestamp, end: Timestamp) {
        switch error.code {
        case "INVALID_REPLICATION_DATE":
            // Purged past the start, or too long ago: what is left begins anew, and a sweep makes up for the gap.
            let starts = [time.sure, time.horizon].flatMap { [Self.daysBefore($0, 14), overlapped($0), $0] }
            if !log.shorten(from: start, to: starts) { refuseLog(error) }
        case "EXCEEDED_ID_LIMIT":
            guard log.halve(from: start, to: end) else { return refuseLog(error) }
            recordProblem(
                "The log of deletions holds too many for one answer, so it is read in parts, one in each poll.",
                error
            )
        default: refuseLog(error)
        }
    }

    private mutating func refuseLog(_ error: SalesforceError) {
        log.fail(isRefused: error.kind == .refused)
        // The sentence of these speaks of the object, which is polled.
        let hasNone = ["INVALID_TYPE", "INVALID_TYPE_FOR_OPERATION"].contains(error.code)
        let why = hasNone ? "The org keeps none of this object, or not for the connected user." : error.message
        recordProblem("The log of deletions can't be read, so hard deletions are found late: \(why)", error)
    }
}
