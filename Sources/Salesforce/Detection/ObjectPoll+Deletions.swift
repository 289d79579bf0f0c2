import Domain

/// What the delete log said in this poll.
struct LogReading: Sendable {
    enum State: Sendable { case unread, read, failed }
    var state = State.unread
    /// Ids whose rows have not shown up since the log was read.
    var pending: [String: Timestamp] = [:]
    /// Of which the rows can't say whether the record came back.
    var unverified: [DeleteLog.Entry] = []
    var covered: Timestamp?
    var end: Timestamp?
    /// Set where the start or the end that was asked for did not do.
    var start: Timestamp?
    var attempts = 0
}

extension ObjectPoll {
    /// From where to where the log is asked.
    func logSpan(_ read: Read) -> (Timestamp, Timestamp)? {
        var start = log.start ?? record.deletedCursor ?? read.lower ?? overlapped(now)
        if request.reconcile, log.start == nil, let since = resume.updatedCursor { start = min(start, since) }
        start = max(start, Self.daysBefore(now, 14))
        guard let span = Self.span(from: min(start, now), to: now) else { return nil }
        if let end = log.end, end > span.0 { return (span.0, end) }
        return span
    }

    mutating func takeLog(_ answer: DeleteLog, _ ask: ObjectAsk) {
        guard case .deleteLog(let start, let end) = ask, let read = reads.first else { return }
        log.state = .read
        log.end = end
        log.covered = answer.covered
        let floor = record.baseline ?? (resume.logSeen == nil ? read.lower ?? start : start)
        let told = request.reconcile ? nil : resume.logSeen.map { overlapped($0) }
        for entry in answer.entries {
            if entry.date < floor { continue }
            if let told, entry.date < told { continue }
            if read.kind == .baseline || read.kind == .bin, entry.date > max(read.start, now) { continue }
            log.pending[entry.recordID] = max(entry.date, log.pending[entry.recordID] ?? entry.date)
        }
        if let earliest = answer.earliest, let cursor = record.deletedCursor, earliest > cursor {
            resume.purgedBefore = earliest
        }
    }

    /// What is left of the log once the rows were read, oldest first: what is certain, and what must be looked up because
    /// its rows were not among those read.
    func sortedLog(_ read: Read) -> (fresh: [DeleteLog.Entry], late: [DeleteLog.Entry]) {
        let left = log.pending.map { DeleteLog.Entry(recordID: $0.key, date: $0.value) }
            .sorted { ($0.date, $0.recordID) < ($1.date, $1.recordID) }
        guard let lower = read.from, read.kind == .window else { return (left, []) }
        // The log keeps seconds as rows do: a record that came back carries a stamp not below the deletion's.
        return (left.filter { $0.date >= lower }, left.filter { $0.date < lower })
    }

    mutating func queueDeletions(_ entries: [DeleteLog.Entry]) {
        let isBaseline = reads.first.map { $0.kind == .baseline || $0.kind == .bin } ?? false
        let rest = Array(entries.dropFirst(Self.chunk))
        let part = carry + entries.prefix(Self.chunk).map { deletion($0) }
        carry = []
        guard rest.isEmpty, log.unverified.isEmpty else {
            queue.append(finding(part, isBaseline: isBaseline))
            if rest.isEmpty { verifyNext(log.unverified) } else { stage = .deletions(rest) }
            return
        }
        settleRead()
        queue.append(finding(part, isBaseline: isBaseline))
        finishRead()
    }

    /// The log is told to its end: the next question begins where the org says that it covered everything.
    mutating func settleLog() {
        guard log.state == .read else { return }
        // A server that claims to cover the future would hide what happens until then.
        let reach = reach ?? Self.dawn
        record.deletedCursor = min(log.covered ?? record.deletedCursor ?? reach, reach)
        resume.logSeen = min(log.end ?? reach, reach)
    }

    /// Said for a day after a gap was found.
    var purgeWarning: String? {
        guard let purged = resume.purgedBefore, now.since(purged) < 86_400_000 else { return nil }
        return "\(name): the org purged its log of deletions before \(purged.iso) while it was not being read; "
            + "records deleted for good before then may be missing."
    }

    private func deletion(_ entry: DeleteLog.Entry) -> Observation {
        Observation(
            kind: .deleteLog,
            object: schema?.name ?? name,
            recordID: entry.recordID,
            stamp: entry.date,
            isDeleted: true,
            fields: RecordFields()
        )
    }

    private static let verified = 400

    private mutating func verifyNext(_ entries: [DeleteLog.Entry]) {
        guard !entries.isEmpty else {
            log.unverified = []
            settleRead()
            queue.append(finding([], isBaseline: false))
            finishRead()
            return
        }
        stage = .verify(
            chunk: Array(entries.prefix(Self.verified)),
            rest: Array(entries.dropFirst(Self.verified)),
            found: [],
            path: nil
        )
    }

    /// Rows of ids from the log that are older than the rows that were read: what is not found is gone for good.
    mutating func takeVerified(_ page: QueryPage) {
        guard case .verify(let chunk, let rest, var found, _) = stage, let schema else { return }
        rowsRead += page.rows.count
        record.rowsRead += Int64(page.rows.count)
        var observations: [Observation] = []
        for row in page.rows {
            guard let seen = observation(row, schema) else { continue }
            found.insert(seen.recordID)
            if seen.stamp >= record.baseline ?? seen.stamp { observations.append(seen) }
        }
        if !page.isDone, let path = page.nextPath {
            stage = .verify(chunk: chunk, rest: rest, found: found, path: path)
            queue.append(finding(observations, isBaseline: false))
            return
        }
        if page.isDone { observations += chunk.filter { !found.contains($0.recordID) }.map { deletion($0) } }
        queue.append(finding(observations, isBaseline: false, source: request.reconcile ? .reconciliation : .polling))
        verifyNext(rest)
    }
}
