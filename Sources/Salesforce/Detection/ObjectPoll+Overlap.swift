package import Domain
import Primitives

/// What is read again of the overlap, and how the rest of it is checked: see <doc:TheOverlap>.
extension ObjectPoll {
    /// Accepts what the ledger says to the last question.
    package mutating func acceptLedger(_ answer: LedgerAnswer) {
        switch (stage, answer) {
        case (.former, .ids(let ids)): acceptFormer(ids)
        case (.recall, .states(let states)): acceptRecalled(states)
        case (.absent(let ids, let chunk), .states(let states)): lookUp(ids, states, of: chunk)
        case (.begin, .stamps(let stamps)):
            guard let schema, let read = reads.current, let window = overlapQuestion(read, schema) else { return }
            planOverlap(window, stamps)
        case (.weigh(let fresh, let rows), .states(let states)): acceptWeighed(states, fresh: fresh, rows: rows)
        case (.check, _): overlap.check?.accept(answer)
        case (_, .ids(let ids)): acceptKnown(ids)
        default: break
        }
    }

    /// How long the org is not asked to count after it refused to.
    private static let uncountedSeconds: Int64 = 3600
    /// So many polls in a row may show a count that was wrong.
    private static let mostMiscounts: Int64 = 3

    /// Up to here all rows were read in full after they could not change any more.
    func settled(_ cursor: Timestamp) -> Timestamp { min(resume.settled ?? .distantFuture, overlapped(cursor)) }

    static func wholeSecond(_ moment: Timestamp) -> Timestamp { Timestamp(seconds: moment.seconds) }

    /// The span whose known rows have to be counted before it is decided what to read; nil: all of it is read.
    func overlapQuestion(_ read: Read, _ schema: ObjectSchema) -> StampWindow? {
        guard read.kind == .window, read.readsLog, read.position == nil, read.lower == read.from, !overlap.isPlanned,
            !limits.span.isBounded, schema.isReplicateable, let cursor = record.cursor, let lower = read.lower
        else { return nil }
        // It was read as a whole the last time, so that no more can be known of it than there was then.
        if let rows = resume.overlapRows, rows <= Int64(request.overlapLimits.familiar) { return nil }
        let window = StampWindow(from: lower, to: knownEnd(cursor))
        return window.isEmpty ? nil : window
    }

    /// Decides by the ledger's stamps from where on rows are read in full, and how the rest is checked.
    mutating func planOverlap(_ window: StampWindow, _ counts: [StampCount]) {
        overlap.plan()
        guard let read = reads.current else { return }
        let bounds = request.overlapLimits
        let digest = StampDigest(counts)
        var lower = digest.start(of: window, holdingAtMost: bounds.familiar)
        // What was open when the rows were read last may still change rows from here on.
        let open = StampWindow(from: max(window.from, Self.wholeSecond(resume.covered ?? window.from)), to: window.to)
        if open.from < lower, digest.records(in: open) <= bounds.unsettled { lower = open.from }
        guard lower > window.from else { return }
        reads.begin(at: lower)
        // From now on the cursor no longer says from where on there is something to read.
        if resume.settled == nil { resume.settled = window.from }
        let checked = StampWindow(from: window.from, to: lower)
        if let closing = closing(checked, digest, reach: read.start) { reads.insertNext(closing) }
        var check = OverlapCheck(
            span: checked,
            counted: countingNote == nil ? countedWindows(checked, digest) : [],
            differences: resume.differences,
            pageRows: bounds.page
        )
        check.reached = reached
        overlap.check = check
    }

    /// One window, or two where the call has room for them. The border moves from poll to poll: what hides in one window by
    /// leaving it in a place and entering it in another is found when the border falls between.
    private func countedWindows(_ checked: StampWindow, _ digest: StampDigest) -> [StampWindow] {
        guard request.objects.count == 1 else { return [checked] }
        let share = 51 + Int(truncatingIfNeeded: UInt64(bitPattern: time.now.seconds) &* 40_503 % 155)
        let first = digest.parts(of: checked, of: max(1, digest.records(in: checked) * share / 256))[0]
        let second = StampWindow(from: first.to, to: checked.to)
        return second.isEmpty ? [checked] : [first, second]
    }

    // MARK: While it is checked

    mutating func nextOfCheck() -> Step? {
        guard let step = overlap.check?.next() else {
            finishOverlap()
            return nil
        }
        switch step {
        case .ledger(let question): return .ledger(question)
        case .send(let requests): return .send(requests)
        case .fetch(let ids):
            guard let look = LookUp(ids.map { DeleteLog.Entry(recordID: $0, date: time.now) }, width: lookUpWidth)
            else {
                overlap.check?.acceptFetched()
                return nil
            }
            stage = .fetch(look)
            // These are news: the field list has to be at least as new.
            fields.refresh()
            return nil
        case .done:
            finishOverlap()
            return nil
        }
    }

    /// Takes the answer to a question that the check asked.
    mutating func acceptCheck(_ reply: ObjectReply, to request: ObjectRequest) {
        switch (reply, request) {
        case (.failure(let error), .count): overlap.check?.refuse(error)
        case (.failure(let error), _): overlap.check?.abandon(error)
        case (.count(let count), .count(let window)): overlap.check?.accept(count, of: window)
        case (.page(let page), .narrow(let window, let after, _)):
            count(page)
            let stamp = schema?.stamp ?? "CreatedDate"
            overlap.check?.accept(page, of: window, after: after, stamp: stamp)
        default: break
        }
    }

    /// Full rows of what the check did not know.
    mutating func acceptFetched(_ page: QueryPage) {
        guard case .fetch(var look) = stage, let schema else { return }
        count(page)
        if !page.torn.isEmpty { overlap.check?.abandon(Self.written(name)) }
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
        outbox.enqueue(batch(observations, isBaseline: false, source: request.reconcile ? .reconciliation : .polling))
        guard let missing = look.missing(after: page) else {
            stage = .fetch(look)
            return
        }
        if !missing.isEmpty || !page.isDone { overlap.check?.abandon(Self.written(name)) }
        if let next = look.next {
            stage = .fetch(next)
        } else {
            overlap.check?.acceptFetched()
            stage = .check
        }
    }

    /// Goes on without what the check was about to fetch; the next poll finds it again.
    mutating func pauseCheck(_ error: SalesforceError) {
        overlap.check?.abandon(error)
        overlap.check?.acceptFetched()
        stage = .check
    }

    /// Not a problem: the record was written or deleted between two answers.
    private static func written(_ name: String) -> SalesforceError {
        SalesforceError(.transient, "\(name) was written while it was read.", code: writtenCode)
    }

    private static let writtenCode = "WRITTEN_MEANWHILE"

    // MARK: Once it is read or checked

    /// The read is complete, and what it read can't change any more up to where the overlap now begins.
    mutating func settleOverlap(_ read: Read) {
        guard read.kind == .window, read.readsLog else {
            resume.overlapRows = nil
            return
        }
        overlap.acceptCovered(log.word?.covered)
        guard overlap.check == nil else {
            resume.overlapRows = nil
            return
        }
        resume.overlapRows = read.rows
        resume.settled = nil
        resume.settledID = nil
        resume.differences = [:]
        resume.miscounts = 0
        if let covered = overlap.covered { resume.covered = covered }
    }

    private mutating func finishOverlap() {
        defer { goOnAfterRows() }
        guard let done = overlap.finishCheck() else { return }
        noteRefusal(done)
        if let error = done.failure {
            if error.code != Self.writtenCode {
                recordProblem("What is known could not be checked against the org: \(error.message)", error)
            }
            return
        }
        if let covered = overlap.covered { resume.covered = covered }
        let settled = resume.settled ?? done.span.from
        resume.differences = done.differences.filter { $0.key >= settled }
    }

    private mutating func noteRefusal(_ done: OverlapCheck) {
        if let refusal = done.refusal {
            // What passes by itself is tried again at the next poll.
            guard refusal.kind == .refused else { return }
            stopCounting(refusal)
        } else if done.isMiscounted {
            resume.miscounts += 1
            guard resume.miscounts >= Self.mostMiscounts else { return }
            let sentence = "The org's counts are not what it shows."
            stopCounting(SalesforceError(.refused, sentence))
        } else {
            resume.miscounts = 0
        }
    }

    private mutating func stopCounting(_ refusal: SalesforceError) {
        resume.uncountedUntil = time.sure.advanced(bySeconds: Self.uncountedSeconds)
        resume.uncountedReason = String((refusal.code ?? refusal.message).prefix(60))
        resume.miscounts = 0
    }

    /// Says that the org does not count, so that polls cost more than they need.
    var countingNote: String? {
        guard let until = resume.uncountedUntil, until > time.sure else { return nil }
        let reason = resume.uncountedReason.map { " (\($0))" } ?? ""
        return
            "\(name): the org's counts can't be used\(reason), so known rows of the overlap are read again at each poll; "
            + "counting is tried again after \(until.iso)."
    }
}
