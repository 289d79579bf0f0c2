import Domain
import Primitives

extension ObjectPoll {
    /// A page of the current read.
    mutating func acceptRows(_ page: QueryPage) {
        guard var read = reads.current, let schema else { return }
        if read.kind == .window { setFirstBaseline() }
        if leavesBacklog(read, page) { return }
        let unread = self
        // One that was there and is left to the next poll must not pass for new then.
        if !page.torn.isEmpty { read.firstIDs = nil }
        count(page)
        let (before, last) = (read.position, read.last)
        var observations: [Observation] = []
        observations.reserveCapacity(page.rows.count)
        for row in page.rows {
            guard let seen = observation(row, schema, of: page) else {
                // No row that matches the query lacks them: it is no answer to it, and must not count as the whole of one.
                return fail(
                    SalesforceError(
                        .transient,
                        "The org's answer has a row without id or stamp; it is asked again soon.",
                        code: RestFailure.unusableCode
                    )
                )
            }
            log.acceptRow(of: seen.recordID)
            sawStamp(seen.stamp, of: seen.recordID)
            if let id = row.string("Id") {
                let place = ChangeQuery.Position(stamp: seen.stamp, recordID: id)
                read.last = place
                if isInPlace(seen.stamp, read) { read.position = place }
            }
            if !page.torn.contains(seen.recordID), let kept = judged(seen, read) { observations.append(kept) }
        }
        read.rows += Int64(page.rows.count)
        read.pages += 1
        // A part of a span holds a part of the rows.
        let isWhole = limits.span.end == read.upper && limits.rows.requested == nil
        if read.total == nil, read.pages == 1, isWhole { read.total = Int64(page.totalSize) }
        if read.last != last { limits.recovery.acceptProgress() }
        if isFurtherPage {
            read.trail.accept(page)
        } else {
            read.trail.accept(page, from: before, to: read.position)
        }
        reads.update(read)

        if awaitsFields(read), observations.contains(where: { !$0.isDeleted }) {
            if isNews(observations) { return hold(page, from: unread) }
            let batch = unread.batch(observations, isBaseline: false, awaitsFields: true)
            outbox.enqueue(Outbox.Tentative(page, batch, before: unread))
            observations = []
        }
        let isBaseline = read.kind == .baseline || read.kind == .bin
        // A row that was left out for being torn must not be left behind.
        if read.kind == .closing || read.kind == .backlog, !page.torn.isEmpty { return leaveRead(observations) }
        guard page.isDone else {
            guard read.trail.leadsOn else { return fail(PageTrail.endless) }
            if read.kind == .closing, isFarEnough(read) {
                savePlace(read)
                return leaveRead(observations)
            }
            let isBounded = read.kind == .backfill || read.kind == .backlog
            if let path = page.nextPath, !isBounded || read.pages < read.pageLimit {
                stage = .page(path: path)
            } else if isBounded, read.pages >= read.pageLimit {
                savePlace(read)
                if read.kind == .backfill { outcome.leaveRows() }
                outbox.enqueue(batch(observations, isBaseline: false))
                stage = .close
                return
            } else if !isFurtherPage, read.position == before {
                return fail(
                    SalesforceError(
                        .transient,
                        "The org's answer was cut short without a way on; it is asked again soon."
                    )
                )
            } else {
                resumeByKey()
            }
            savePlace(read)
            outbox.enqueue(batch(observations, isBaseline: isBaseline))
            return
        }
        if let end = limits.span.end, end != read.upper {
            // A part of a span that was halved: go on with the next part.
            read.position = nil
            read.lower = end
            reads.update(read)
            limits.span.finishPart(isEmpty: before == nil && page.rows.isEmpty, known: resume.span)
            savePlace(read)
            outbox.enqueue(batch(observations, isBaseline: isBaseline))
            stage = .begin
            return
        }
        completeRead(read, observations)
    }

    /// Whether the page in hand is one to which another page led.
    private var isFurtherPage: Bool { if case .page = stage { true } else { false } }

    /// Whether a row still is where its query found it. One of a further page may have been written since, so that it shows
    /// a later stamp: going on behind that would leave out all that is between. What is read again anyway may be left out.
    private func isInPlace(_ stamp: Timestamp, _ read: Read) -> Bool {
        guard isFurtherPage else { return true }
        if let end = limits.span.end, stamp >= end { return false }
        guard read.upper == nil else { return true }
        let again = overlapped(read.start)
        return stamp < again || read.begin >= again
    }

    /// Counts the rows of a page.
    mutating func count(_ page: QueryPage) {
        outcome.count(rows: page.rows.count)
        record.rowsRead += Int64(page.rows.count)
    }

    func observation(_ row: RecordFields, _ schema: ObjectSchema, of page: QueryPage) -> Observation? {
        guard let id = row.identifier("Id"), let stampName = schema.stamp, let stamp = row.timestamp(stampName) else {
            return nil
        }
        var seen = Observation(
            kind: .row,
            object: schema.name,
            recordID: id,
            stamp: stamp,
            createdDate: schema.hasCreatedDate ? row.timestamp("CreatedDate") : nil,
            isDeleted: schema.hasIsDeleted ? row.bool("IsDeleted") ?? false : false,
            masterRecordID: schema.hasMaster ? row.identifier("MasterRecordId") : nil,
            fields: row
        )
        seen.requestedAt = page.requestedAt
        return seen
    }

    /// What a read makes of a row: a baseline holds only what was there when it began, a backlog only what is final.
    private func judged(_ seen: Observation, _ read: Read) -> Observation? {
        if read.kind == .backlog, let upper = read.upper, seen.stamp >= upper { return nil }
        guard read.kind == .baseline || read.kind == .bin, seen.stamp > read.start else { return seen }
        let wasThere = seen.createdDate.map { $0 <= read.start } ?? read.firstIDs?.contains(seen.recordID) ?? false
        guard wasThere, read.kind == .baseline else { return nil }
        // Changed while the baseline was being read: known by its id alone, so that the change is reported as one.
        return Observation(
            kind: .row,
            object: seen.object,
            recordID: seen.recordID,
            stamp: read.start,
            createdDate: seen.createdDate,
            isDeleted: false,
            fields: RecordFields()
        )
    }

    /// An unfinished read goes on behind the last stored row, even after a restart. Baselines begin anew.
    private mutating func savePlace(_ read: Read) {
        if read.kind == .closing { return saveClosing(read) }
        if read.kind == .backlog {
            resume.position = read.position
            resume.lower = read.lower
            resume.total = read.total
            return
        }
        guard read.kind == .window || read.kind == .backfill else { return }
        resume.phase = read.kind == .backfill ? .backfill : .window
        resume.start = read.start
        resume.position = read.position
        if read.readsLog, let word, word.isWhole { resume.startProven = proven(by: word) }
        // Only a read in parts needs to know where the next one begins: it may hold no row to go on behind.
        resume.lower = limits.span.isBounded ? read.lower : nil
    }

    /// A first run that begins at a moment of the person's choice counts what was made since as new.
    private mutating func setFirstBaseline() {
        guard record.baseline == nil, record.cursor == nil, case .since(let moment) = request.firstRun else { return }
        record.baseline = moment
    }

    /// All rows of the read are here; the deletions that no row reported follow, and only then the cursor moves.
    private mutating func completeRead(_ read: Read, _ observations: [Observation]) {
        guard read.readsLog, log.isRead else {
            stage = .deletions([], rows: observations)
            return
        }
        let (fresh, late) = sortedLog(read)
        log.doubt(late)
        let mustWeigh = !late.isEmpty && overlap.check != nil
        stage = mustWeigh ? .weigh(fresh: fresh, rows: observations) : .deletions(fresh, rows: observations)
    }

    /// Moves the cursors: everything that the read found is in the finding that carries them.
    mutating func settleRead() {
        guard let read = reads.current else { return }
        if read.kind == .closing { return settleClosing(read) }
        if read.kind == .backlog { return settleBacklog(read) }
        let isFirst = record.cursor == nil
        if isFirst, read.readsLog, !log.isWhole, schema?.isReplicateable == true { resume.logFloor = time.horizon }
        switch read.kind {
        case .baseline:
            record.baseline = read.from
            resume.begun = overlapped(min(time.now, time.startedAt))
            resume.knowsAll = read.firstIDs != nil
            record.cursor = read.start
            resume.updatedCursor = read.from
            resume.finishRead()
        case .bin:
            resume.finishRead()
            resume.phase = .backfill
            resume.start = read.start
        case .closing, .backlog: break
        case .window, .backfill:
            resume.split = nil
            if isFirst, resume.updatedCursor == nil { resume.updatedCursor = overlapped(read.start) }
            record.cursor = read.start
            if !read.readsLog, let begun = resume.startProven { resume.proven = begun }
            resume.finishRead()
        }
        resume.span = limits.span.widened(resume.span)
        limits.span.finishRead(known: resume.span)
        settleOverlap(read)
        settleLog()
        settleProof(read)
    }

    /// Goes to the next read, or to what follows the last.
    mutating func finishRead() {
        let kind = reads.finish()
        if reads.current?.readsLog == true { log = LogReading() }
        holdClosing()
        if kind == .backlog {
            stage = .close
            return
        }
        if !reads.isEmpty {
            stage = .begin
        } else if overlap.check != nil {
            stage = .check
        } else {
            goOnAfterRows()
        }
    }

    /// All of the part is in the finding that says so.
    private mutating func settleBacklog(_ read: Read) {
        resume.position = nil
        resume.lower = read.upper
        resume.total = read.total
        resume.span = limits.span.widened(resume.span)
    }

    /// Goes to what follows the rows.
    mutating func goOnAfterRows() {
        let isChecked = request.reconcile && reads.lastKind == .window && schema?.isReplicateable == true
        if isChecked { stage = .updateLog(.init()) } else { beginSweep() }
    }
}
