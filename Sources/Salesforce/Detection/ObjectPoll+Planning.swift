import Domain
import Primitives

/// What one poll of an object reads, and from when to when.
extension ObjectPoll {
    /// How far before a moment rows may still have become visible after it.
    func overlapped(_ moment: Timestamp) -> Timestamp { moment.advanced(bySeconds: -Int64(request.overlapSeconds)) }

    /// What is to be read: what was left unfinished first, then what is new.
    func plan() -> [Read] {
        var reads: [Read] = []
        let reach = time.reach ?? Self.dawn
        if let split = resume.split {
            // What is older is a backlog.
            let lower = min(split, resume.proven ?? split)
            reads.append(Read(.window, lower: lower, start: max(record.cursor ?? split, reach), readsLog: true))
        } else if let phase = resume.phase, let start = resume.start {
            reads.append(
                Read(
                    phase == .backfill ? .backfill : .window,
                    lower: resume.lower,
                    start: start,
                    readsLog: false,
                    position: resume.position
                )
            )
            // What became visible late, and the deletions, follow at once.
            let lower = begin(start, proven: resume.startProven)
            reads.append(Read(.window, lower: lower, start: max(start, reach), readsLog: true))
        } else if let cursor = record.cursor {
            reads.append(Read(.window, lower: begin(cursor), start: max(cursor, reach), readsLog: true))
        } else {
            switch request.firstRun {
            case .now:
                reads.append(Read(.baseline, lower: overlapped(reach), start: reach, readsLog: true))
            case .since(let moment):
                reads.append(Read(.window, lower: moment, start: max(moment, reach), readsLog: true))
            case .backfill:
                reads.append(Read(.bin, lower: overlapped(reach), start: reach, readsLog: true))
                reads.append(Read(.backfill, start: reach, readsLog: false))
            }
        }
        return reads
    }

    /// Nothing from before the baseline is news.
    func floor(_ moment: Timestamp) -> Timestamp { max(moment, record.baseline ?? moment) }

    /// What to ask of the current read; nil where there is nothing to ask.
    mutating func nextOfRead(_ schema: ObjectSchema, _ requested: ObjectSchema) -> Step? {
        guard let read = reads.current else {
            stage = .close
            return nil
        }
        if read.kind == .bin, !schema.hasIsDeleted {
            finishRead()
            return nil
        }
        if let window = overlapQuestion(read, schema) { return .ledger(.stamps(from: window.from, to: window.to)) }
        return .send(firstRequests(read, requested))
    }

    /// The first questions of a read: the log, where it takes one, before the rows.
    private mutating func firstRequests(_ read: Read, _ schema: ObjectSchema) -> [ObjectRequest] {
        var requests: [ObjectRequest] = []
        log.beginRows()
        if read.readsLog, schema.isReplicateable, log.isUnread, let (start, end) = logSpan(read) {
            requests.append(.deleteLog(start: start, end: end))
        }
        limits.span.begin(read, horizon: time.horizon)
        limits.rows.begin(resume.rows)
        let query = ChangeQuery(
            schema: schema,
            lower: read.lower ?? (limits.span.isBounded ? Self.dawn : nil),
            upper: limits.span.end,
            after: read.position,
            onlyDeleted: read.kind == .bin,
            limit: limits.rows.requested
        )
        requests.append(.query(soql: query.soql, includesDeleted: read.includesDeleted))
        // After the rows: what is written between the two counts twice for the ledger and once for the org, never the
        // other way round.
        return requests + (read.readsLog ? overlap.check?.firstRequests ?? [] : [])
    }

    /// Before Salesforce existed.
    static let dawn = Timestamp(seconds: 915_148_800)

    static func daysBefore(_ moment: Timestamp, _ days: Int64) -> Timestamp {
        moment.advanced(bySeconds: -days * 86_400)
    }

    /// Whole minutes for the logs, which drop seconds; the end lies past the newest minute. Nil if nothing is between.
    static func span(from start: Timestamp, to now: Timestamp) -> (Timestamp, Timestamp)? {
        let from = Timestamp(seconds: start.seconds - start.seconds % 60)
        let to = Timestamp(seconds: (now.seconds + 60) - (now.seconds + 60) % 60)
        return from < to ? (from, to) : nil
    }
}
