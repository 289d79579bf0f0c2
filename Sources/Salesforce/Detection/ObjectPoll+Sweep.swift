import Domain
import Primitives

/// The last resort for deletions that no log holds: the log was purged before it was read, there is none, or the object was not
/// polled for a while.
///
/// It asks for what the ledger holds as live, so that records that are created, undeleted or shown while it runs are never
/// among those missed; it reads after the rows and the log of the same poll. What is neither among the live nor among the
/// deleted rows is gone for good, or out of sight: only how much is missing tells the two apart, so it is counted first.
extension ObjectPoll {
    /// One poll's share of a sweep; the next poll goes on.
    private static let sweepChunks = 10

    /// The known records to look at next; nil where there are none in this poll.
    mutating func nextOfSweep(_ chunks: Int) -> Step? {
        guard sweeps(behind: chunks) else {
            stage = .close
            return nil
        }
        return .ledger(.ids(after: resume.sweep?.after, limit: Self.chunk))
    }

    /// Whether there is something to sweep now, behind so many chunks in this poll; begins a sweep where one is due.
    private mutating func sweeps(behind chunks: Int) -> Bool {
        if resume.sweep != nil { return chunks < Self.sweepChunks }
        guard let schema, record.cursor != nil, chunks == 0 else { return false }
        let isBlind = !schema.isReplicateable || log.isRefused
        let isOwed = resume.purgedBefore != nil || resume.mustSweep
        let isDue = request.reconcile && (isBlind || isOwed || resume.vanished != nil)
        guard isDue || isOwed && resume.vanished == nil else { return false }
        resume.sweep = Sweep()
        return true
    }

    /// Deletions before this are lost from the log.
    mutating func recordGap(_ moment: Timestamp) {
        guard moment != resume.purgedBefore, moment != resume.sweptPurge else { return }
        resume.purgedBefore = moment
        resume.vanished = nil
        // What was looked at before may have gone since, with its entry.
        resume.sweep = nil
    }

    /// Takes the next known ids; none means that the pass is through.
    mutating func acceptKnown(_ ids: [String]) {
        guard case .sweep(let chunks) = stage, var sweep = resume.sweep else { return }
        guard ids.isEmpty else {
            stage = .exists(SweepChunk(ids, behind: chunks))
            return
        }
        if sweep.isReporting || sweep.missing == 0 {
            resume.sweep = nil
            resume.vanished = nil
            if let purged = resume.purgedBefore { resume.sweptPurge = purged }
            resume.purgedBefore = nil
            resume.mustSweep = false
        } else if sweep.isTooMuch(percent: request.missingPercent) {
            doubt(sweep)
        } else {
            sweep = sweep.reporting
            resume.sweep = sweep
            return
        }
        stage = .close
    }

    /// Which of the ids are live; the others' rows are looked up.
    mutating func acceptExisting(_ page: QueryPage) {
        guard case .exists(let chunk) = stage else { return }
        let live = Set(page.rows.lazy.filter { $0.bool("IsDeleted") != true }.compactMap { $0.identifier("Id") })
        dateAbsent(chunk.ids.filter { !live.contains($0) }, of: chunk)
    }

    /// Asks when what is not among the live rows was written last, as no deletion was before that.
    mutating func dateAbsent(_ absent: [String], of chunk: SweepChunk) {
        if absent.isEmpty { settleSweep(chunk) } else { stage = .absent(absent, chunk) }
    }

    mutating func lookUp(_ absent: [String], _ states: [String: LedgerState], of chunk: SweepChunk) {
        // The org's time may be known by what is left alone: where the object was put back on the list, what is gone may
        // have been written later than all that.
        let moment =
            resume.anchor.map { max($0.time(at: time.clocks), min($0.newest?.stamp ?? $0.stamp, reached)) } ?? time.now
        let entries = absent.map { id in
            let written = states[id].map { min($0.stamp, reached) } ?? moment
            return DeleteLog.Entry(recordID: id, date: max(moment, written))
        }
        guard let look = LookUp(entries, width: lookUpWidth) else { return settleSweep(chunk) }
        stage = .lookUp(look, chunk)
    }

    mutating func acceptLookedUp(_ page: QueryPage) {
        guard case .lookUp(var look, var chunk) = stage, let schema else { return }
        count(page)
        let seen = page.rows.compactMap { observation($0, schema, of: page) }
        // A row without a stamp says at least that the record is there.
        for id in page.rows.compactMap({ $0.identifier("Id") }) { look.find(id) }
        // That a known record is deleted is what is looked for, whenever it was; how it was before the baseline is no news.
        let whole = seen.filter { row in
            !page.torn.contains(row.recordID) && (row.isDeleted || row.stamp >= record.baseline ?? row.stamp)
        }
        outbox.enqueue(batch(whole, isBaseline: false, source: .reconciliation))
        guard let gone = look.missing(after: page) else {
            stage = .lookUp(look, chunk)
            return
        }
        chunk.missing += gone
        if let next = look.next {
            stage = .lookUp(next, chunk)
        } else {
            settleSweep(chunk)
        }
    }

    private mutating func settleSweep(_ chunk: SweepChunk) {
        guard var sweep = resume.sweep else { return }
        sweep.after = chunk.ids.last
        stage = .sweep(chunks: chunk.number)
        if sweep.isReporting {
            sweep.told += Int64(chunk.missing.count)
            // Much more is missing than was counted: sight was lost in between.
            if sweep.told > sweep.missing + Sweep.few {
                sweep.missing = sweep.told
                doubt(sweep)
                stage = .close
                return
            }
        } else {
            sweep.checked += Int64(chunk.ids.count)
            sweep.missing += Int64(chunk.missing.count)
        }
        resume.sweep = sweep
        let told = sweep.isReporting ? chunk.missing.map { deletion($0) } : []
        if sweep.isReporting { resume.addUnseen(chunk.missing.map(\.recordID)) }
        outbox.enqueue(batch(told, isBaseline: false, source: .reconciliation))
    }

    private mutating func doubt(_ sweep: Sweep) {
        resume.vanished = sweep
        resume.sweep = nil
    }

    /// What a gap in the log means, until a sweep has made up for it.
    var purgeWarning: String? {
        if let vanished = resume.vanished {
            return
                "\(vanished.missing) of \(vanished.checked) known records are no longer in sight. So many at once "
                + "look like lost access, so none is reported as deleted; give the connected user access again, or set "
                + "\(ConfigurationKey.missingPercent.rawValue) to 100 if they were deleted."
        }
        guard let purged = resume.purgedBefore else { return nil }
        let count = (resume.sweep?.isReporting == true ? nil : resume.sweep?.checked).map { ", \($0) so far" } ?? ""
        return
            "The org purged its log of deletions before \(purged.iso) while it was not being read; the known "
            + "records are held against the org one by one\(count)."
    }
}
