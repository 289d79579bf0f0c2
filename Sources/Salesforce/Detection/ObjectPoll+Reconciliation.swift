import Domain
import Primitives

/// Holds what is known against the org's log of updates.
extension ObjectPoll {
    /// What to ask the log; nil where nothing is left to ask.
    mutating func nextOfUpdateLog(_ reading: UpdateLogReading) -> Step? {
        let start = max(
            resume.updatedCursor ?? record.baseline ?? overlapped(time.sure),
            Self.daysBefore(time.sure, 29)
        )
        guard let (from, to) = Self.span(from: start, to: time.horizon) else {
            beginSweep()
            return nil
        }
        return .send([.updateLog(start: from, end: reading.end(from: from, to: to))])
    }

    /// The rows to ask for next; nil once the log was followed to its end.
    mutating func nextToRetrieve(_ ids: [String], _ covered: Timestamp) -> Step? {
        guard !ids.isEmpty else {
            resume.updatedCursor = Self.followed(from: resume.updatedCursor, to: covered, proven: time.sure)
            beginSweep()
            return nil
        }
        return .send([.retrieve(ids: Array(ids.prefix(limits.rows.retrieveWidth)))])
    }

    /// Whether the log is asked again from later on: it reaches back 30 days, and some clock is behind.
    mutating func shortensUpdateLog(_ error: SalesforceError, start: Timestamp) -> Bool {
        let earliest = Self.daysBefore(time.horizon, 29)
        guard error.code == "INVALID_REPLICATION_DATE", start < earliest, case .updateLog(var reading) = stage,
            !reading.isShort
        else { return false }
        reading.isShort = true
        stage = .updateLog(reading)
        resume.updatedCursor = earliest
        return true
    }

    /// Goes on without the log.
    mutating func leaveUpdateLog(_ error: SalesforceError) {
        if error.code == "EXCEEDED_ID_LIMIT" || error.code == "INVALID_REPLICATION_DATE" {
            resume.updatedCursor = overlapped(time.sure)
        }
        recordProblem("What is known could not be checked by the org's log of updates: \(error.message)", error)
        beginSweep()
    }

    /// Rows of ids that the org's log of updates names; the ledger knows most of them already.
    mutating func acceptRetrieved(_ page: QueryPage) {
        guard case .retrieve(let ids, let covered) = stage, let schema else { return }
        count(page)
        let seen = page.rows.compactMap { observation($0, schema, of: page) }.filter { row in
            !page.torn.contains(row.recordID) && record.baseline.map { row.stamp >= $0 } ?? true
        }
        outbox.enqueue(batch(seen, isBaseline: false, source: .reconciliation))
        stage = .retrieve(Array(ids.dropFirst(limits.rows.retrieveWidth)), covered: covered)
    }
}
