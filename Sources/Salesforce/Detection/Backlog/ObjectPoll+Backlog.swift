package import Domain
import Primitives

/// What is long past is not read before what is new: see <doc:LongBacklogs>.
extension ObjectPoll {
    /// Leaves what is older than the overlap to be read beside the polls, where it is much; true if the page is not to be
    /// looked at any more.
    mutating func leavesBacklog(_ read: Read, _ page: QueryPage) -> Bool {
        // The clocks only say whether it is worth a question.
        guard backlog(read, page, at: time.horizon) != nil else { return false }
        guard let newestStamp = time.newestStamp else {
            stage = .newest(page)
            return true
        }
        guard let span = backlog(read, page, at: newestStamp) else { return false }
        count(page)
        settle(before: span, read)
        goOnBehind(span, start: max(read.start, newestStamp))
        // Stored in one with the split, so that no kill leaves the one without the other.
        var left = batch([], isBaseline: false)
        left.backlog = span
        outbox.enqueue(left)
        return true
    }

    /// What is left to the backlog is read in full when it is final, as by a closing read. So nothing before it is left to be
    /// settled, and the log of updates has nothing to add.
    private mutating func settle(before span: BacklogSpan, _ read: Read) {
        resume.finishRead()
        resume.split = span.to
        if resume.proven != nil { resume.proven = span.to }
        resume.settled = nil
        resume.settledID = nil
        resume.differences = [:]
        resume.overlapRows = nil
        resume.updatedCursor = max(resume.updatedCursor ?? span.to, span.to)
        if record.deletedCursor == nil, read.readsLog { record.deletedCursor = span.from }
    }

    /// The poll reads what is newer than the backlog instead of all that it had planned, and the log if any of that did.
    private mutating func goOnBehind(_ span: BacklogSpan, start: Timestamp) {
        let readsLog = reads.readsLog
        overlap.skip()
        reads.plan([Read(.window, lower: span.to, start: start, readsLog: readsLog)])
        stage = .begin
    }

    /// The newest row shows the org's time as it is now. What was known of it lags behind by as long as nothing was
    /// written before the last poll, and stops where a clock did: the backlog would end by so much too early.
    mutating func acceptNewest(_ rows: [RecordFields]) {
        guard case .newest(let page) = stage else { return }
        for row in rows {
            if let stamp = schema?.stamp.flatMap({ row.timestamp($0) }), let id = row.identifier("Id") {
                sawStamp(stamp, of: id)
            }
        }
        time.acceptNewest(
            max(time.reach ?? Self.dawn, resume.anchor?.stamp ?? Self.dawn, newestBelievable ?? Self.dawn)
        )
        stage = .begin
        acceptRows(page)
    }

    /// What of a read is a backlog, by its first page, when it is so late in the org.
    private func backlog(_ read: Read, _ page: QueryPage, at reach: Timestamp) -> BacklogSpan? {
        guard read.kind == .window || read.kind == .backfill, read.pages == 0, resume.split == nil,
            let stamp = schema?.stamp
        else { return nil }
        let isAll = read.kind == .backfill
        let from = isAll ? read.lower : record.cursor.map { begin($0) } ?? record.baseline ?? read.lower
        let to = Self.wholeSecond(min(overlapped(reach), provenSoFar ?? .distantFuture))
        // Polls that come in time read what they find at once.
        let least = to.advanced(bySeconds: -Int64(request.overlapSeconds))
        guard from ?? Self.dawn <= least else { return nil }
        if let end = limits.span.end, let span = limits.span.milliseconds {
            // The org counts what is asked for, which is but the first part: how many follow it says how long they take.
            guard to.since(end) / max(1, span) >= Self.mostParts else { return nil }
        } else {
            guard !page.isDone, page.totalSize > request.backlogRows, let first = page.rows.first?.timestamp(stamp),
                first < to
            else { return nil }
            // What follows the rows of this page is counted with it, and may all lie in the overlap, as after a data load.
            let older = page.rows.prefix { ($0.timestamp(stamp) ?? to) < to }.count
            guard older == page.rows.count || older > request.backlogRows else { return nil }
        }
        return BacklogSpan(
            from: from,
            to: to,
            position: isAll ? read.position : nil,
            // What was deleted since the first run began may have been told as there before it was.
            deletedFrom: isAll ? overlapped(read.start) : nil,
            total: limits.span.end == nil && limits.rows.requested == nil ? Int64(page.totalSize) : nil,
            span: limits.span.milliseconds
        )
    }

    /// Parts of a span that a poll reads itself, where the org's queries run too long for all of it.
    private static let mostParts: Int64 = 4

    /// Reads on in a part of a backlog, for so many pages. `record` is the object's own, by which rows are judged.
    package init(
        _ part: Backlog.Part,
        pages: Int,
        of name: String,
        record: PollerRecord?,
        request: PollRequest,
        schema: ObjectSchema?,
        clocks: PollClocks
    ) {
        self.init(name: name, request: request, schema: schema, clocks: clocks)
        let known = ResumeState(parsing: record?.resume)
        var kept = ResumeState()
        kept.knowsAll = known.knowsAll
        kept.logFloor = known.logFloor
        kept.parts = known.parts
        kept.rows = known.rows
        kept.believed = known.believed
        kept.span = part.span
        kept.lower = part.from
        kept.position = part.position
        self.record.baseline = record?.baseline
        resume = kept
        limits.span = SpanLimit(part.span)
        fields.part(in: kept.parts)
        limits.recovery.learn(width: fields.first.count)
        var read = Read(.backlog, lower: part.from, start: part.to, readsLog: false, position: part.position)
        read.upper = part.to
        read.includesDeleted = part.includesDeleted
        read.pageLimit = pages
        reads.plan([read])
        stage = .begin
    }
}
