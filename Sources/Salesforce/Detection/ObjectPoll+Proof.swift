import Domain
import Primitives

/// What the org itself says to have reached.
struct OrgWord: Sendable, Hashable {
    /// `latestDateCovered` of a log of deletions: nothing that had begun before this was still open.
    var covered: Timestamp
    /// The log was asked for more, so that the org has nothing to say of what comes later; else it may be anywhere past this.
    var isWhole: Bool
}

/// Holds what stamps and clocks show to what the org says: see <doc:TheOverlap>.
extension ObjectPoll {
    /// The org's word in this poll, by the object's own log of deletions or by another's.
    var word: OrgWord? { log.word ?? time.otherWord }

    /// What counts as read goes no further than this; nil where the org does not say.
    var limit: Timestamp? {
        guard let word, word.isWhole else { return nil }
        return vouched(by: word).advanced(bySeconds: patience)
    }

    /// For so long the org's word may stay behind its time: transactions last ten minutes, and the word has whole ones.
    var patience: Int64 { max(Int64(request.overlapSeconds), 900) }

    /// The stamp of the newest row, which no other row bears out: as far as the org or a clock does.
    var newestBelievable: Timestamp? {
        guard let newest = resume.anchor?.newest?.stamp else { return nil }
        if let word, let limit { return newest <= limit ? newest : proven(by: word) }
        return OrgAnchor.isBorneOut(newest, by: time.clocks) ? newest : nil
    }

    /// The org's time is not past this: no clock says so, or else the org doesn't.
    var reached: Timestamp {
        min(limit ?? .distantFuture, time.latestClock.advanced(bySeconds: Self.clockSlack))
    }

    /// Stamps and creation dates from before the first run that are ahead of the org: its clock was set back since. New rows
    /// carry no such, whichever clock is right; where the org's word is past all clocks, these are behind.
    var unreached: Range<Timestamp>? {
        guard let former = resume.formerBaseline, let word, let limit else { return nil }
        let clock = time.latestClock
        let from = word.covered > clock ? limit : min(limit, clock.advanced(bySeconds: OrgAnchor.slack))
        return from < former ? from..<former : nil
    }

    /// Between an answer and the storing of its rows.
    private static let clockSlack: Int64 = 10

    /// From where on the next poll reads, at the latest. Another object's log may have been asked after these rows.
    func proven(by word: OrgWord) -> Timestamp {
        hasOwnWord ? word.covered : vouched(by: word).advanced(bySeconds: -patience)
    }

    private func vouched(by word: OrgWord) -> Timestamp {
        // Where a long transaction holds the log back for hours, counts make up for it. Without a log of its own an object
        // is read as a whole, so that there the stamps of several rows count as well, until the org takes its word back.
        guard !hasOwnWord, resume.doubted == nil, !isTakenBack(word), let anchor = resume.anchor else {
            return word.covered
        }
        return max(word.covered, overlapped(anchor.stamp))
    }

    /// The same before all rows are read; where the org does not say, as of the last poll.
    var provenSoFar: Timestamp? {
        guard let word else { return resume.proven }
        if word.isWhole { return proven(by: word) }
        return log.isWhole ? min(word.covered, time.sure) : resume.proven
    }

    /// Where a read begins after one that ended at `moment`, when the org's word was `proven`.
    func begin(_ moment: Timestamp, proven: Timestamp? = nil) -> Timestamp {
        let proven = proven ?? resume.proven ?? overlapped(min(moment, time.reach ?? moment))
        return floor(min(settled(moment), proven))
    }

    /// The end of what is known of the overlap. Rows from the future lie past the cursor; so many as there are when the
    /// org's clock was set back are counted rather than read at each poll.
    func knownEnd(_ cursor: Timestamp) -> Timestamp {
        guard let newest = resume.anchor?.newest?.stamp, newest > cursor.advanced(bySeconds: patience) else {
            return Self.wholeSecond(cursor)
        }
        return Self.wholeSecond(newest).advanced(bySeconds: 1)
    }

    mutating func sawStamp(_ stamp: Timestamp, of recordID: String) {
        time.acceptStamp(stamp)
        if isDoubtful(stamp) { return }
        resume.anchor = OrgAnchor.after(
            resume.anchor,
            seen: OrgAnchor.Sighting(recordID: recordID, stamp: stamp),
            at: time.clocks
        )
    }

    /// Nothing of the read counts past what the org vouches for, and what counted so far goes back where it is past that.
    mutating func settleProof(_ read: Read) {
        guard read.readsLog else { return }
        guard let word else {
            // What failed in passing is made up for by the next poll.
            let isMute = schema?.isReplicateable != true || log.isRefused || log.isRead
            if isMute { settleUnvouched(read) }
            return
        }
        guard word.isWhole, let limit else {
            // It is there at least, unless it says no more than what it was asked for.
            let least = min(word.covered, time.sure)
            if resume.proven != nil || log.isWhole { resume.proven = max(least, resume.proven ?? least) }
            return
        }
        let proven = self.proven(by: word)
        // Rows are read from the org's word on whatever the cursor is; entries of the log from the overlap before this.
        let vouched = self.vouched(by: word).advanced(bySeconds: Int64(request.overlapSeconds))
        if let seen = resume.logSeen { resume.logSeen = min(seen, vouched) }
        if let doubted = resume.doubted, doubted <= word.covered { resume.doubted = nil }
        if let baseline = record.baseline, isPast(limit, baseline), !OrgAnchor.isBorneOut(baseline, by: time.clocks) {
            resume.formerBaseline = max(baseline, resume.formerBaseline ?? baseline)
            record.baseline = proven
        } else if let former = resume.formerBaseline, former <= word.covered {
            resume.formerBaseline = nil
        }
        if isTakenBack(word) || wasAhead(of: vouched) {
            pullBack(to: word.covered)
        } else {
            hold(to: proven, limit)
        }
        if !hasOwnWord { resume.covered = word.covered }
    }

    /// What is about to leave the overlap is no more than what the org says to be final.
    mutating func holdClosing() {
        guard let read = reads.current, read.kind == .closing, let proven = resume.proven, let upper = read.upper,
            upper > proven
        else { return }
        reads.end(at: Self.wholeSecond(proven))
        if read.lower.map({ $0 >= Self.wholeSecond(proven) }) ?? false { reads.dropCurrent() }
    }

    /// That a stamp, a clock or the state from before is ahead of what the org says; or that it says less than it could.
    var aheadWarning: String? {
        guard let word, let limit else { return time.wasPulledBack ? Self.unvouchedWarning : nil }
        if time.wasPulledBack {
            return
                "What had been read reached past what the org vouches for, which is \(word.covered.iso); what may "
                + "have been passed over is read again."
        }
        let stamps = [time.reach, time.latestStamp].compactMap(\.self)
        guard stamps.contains(where: { isPast(limit, $0) }) else { return nil }
        return
            "A stamp or a clock is ahead of what the org vouches for, which is \(word.covered.iso); what is later "
            + "is read again at each poll until the org gets there."
    }

    // MARK: Going back

    private var hasOwnWord: Bool { log.word != nil }

    /// Later by more than clocks differ that are right.
    private func isPast(_ limit: Timestamp, _ moment: Timestamp) -> Bool {
        moment > limit.advanced(bySeconds: OrgAnchor.slack)
    }

    /// Whether the org says less than at a former poll: its clock was set back, it is a copy from before, or it was wrong.
    private func isTakenBack(_ word: OrgWord) -> Bool {
        guard word.isWhole, let known = hasOwnWord ? time.former.proven : time.former.covered else { return false }
        return known > word.covered.advanced(bySeconds: 2 * OrgAnchor.slack)
    }

    /// Whether an earlier version, which went by stamps and clocks alone, left a cursor that the org has not reached.
    private func wasAhead(of vouched: Timestamp) -> Bool {
        guard time.former.proven == nil, let cursor = time.former.cursor else { return false }
        return [cursor, time.former.logSeen, time.reach].compactMap(\.self).contains { isPast(vouched, $0) }
    }

    private mutating func hold(to proven: Timestamp, _ limit: Timestamp) {
        resume.proven = proven
        if let cursor = record.cursor {
            // What led the read past all bounds says nothing of how far it came. A clock that was set back leaves the stamps
            // behind the org's word, which goes where another clock bears it out.
            let reached = isPast(limit, cursor) ? time.former.cursor ?? proven : cursor
            record.cursor = min(limit, OrgAnchor.isBorneOut(proven, by: time.clocks) ? max(proven, reached) : reached)
        }
        guard let anchor = resume.anchor, isPast(limit, anchor.stamp) else { return }
        resume.anchor = OrgAnchor(stamp: proven, seenAt: time.clocks, newest: anchor.newest)
    }

    /// The next poll reads again what may have been passed over since the last state that was true; the ledger knows most.
    private mutating func pullBack(to covered: Timestamp) {
        let anchor = time.former.anchor
        let truths = [covered, anchor?.stamp, anchor?.seenAt?.server, anchor?.seenAt?.here].compactMap(\.self)
        let from = Self.daysBefore(truths.min() ?? covered, 1)
        let stamps = [time.former.cursor, anchor?.stamp, resume.anchor?.newest?.stamp].compactMap(\.self)
        resume.doubted = stamps.max().flatMap { $0 > covered ? $0 : nil }
        resume.anchor = OrgAnchor(stamp: covered, seenAt: time.clocks, newest: resume.anchor?.newest)
        resume.proven = from
        rewind(to: from)
        record.cursor = record.cursor.map { min($0, covered) }
    }

    /// All that was followed besides the cursor is read again from there.
    mutating func rewind(to from: Timestamp) {
        time.pullBack()
        resume.settled = resume.settled.map { min($0, from) }
        resume.settledID = nil
        resume.differences = [:]
        resume.overlapRows = nil
        resume.covered = resume.covered.map { min($0, from) }
        overlap.acceptCovered(nil)
        resume.logSeen = resume.logSeen.map { min($0, from) }
        resume.updatedCursor = resume.updatedCursor.map { min($0, from) }
        record.deletedCursor = record.deletedCursor.map { min($0, from) }
    }
}
