import Domain
import Primitives

/// Where no log of deletions says how far the org is, neither the object's own nor another's of the poll: what counts as read
/// goes back where stamps and clocks don't bear it out any more. See <doc:TheOverlap>.
extension ObjectPoll {
    /// Holds the cursor that a read has earned to what can be known of the org's time without its word.
    mutating func settleUnvouched(_ read: Read) {
        // An org that never says must not hold the reads back.
        resume.proven = nil
        guard read.kind == .window, let cursor = record.cursor else { return }
        let isAhead = isFar(cursor, past: time.latestClock)
        if isAhead, resume.doubted == nil {
            // No clock says that it is so late. What led the cursor there proves nothing until some clock gets there.
            resume.doubted = [cursor, time.former.cursor, resume.anchor?.stamp].compactMap(\.self).max()
            let believed = resume.anchor?.time(at: time.clocks)
            if let believed, isFar(believed, past: time.latestClock) { resume.anchor = nil }
            goBack()
        } else if let shown, cursor > shown.advanced(bySeconds: patience) {
            // A clock led the cursor there and has come back since.
            goBack()
        } else if let doubted = resume.doubted, doubted <= time.latestClock, !isAhead {
            // While new rows go on to be ahead of all clocks, it is these that are wrong, and they bound nothing.
            resume.doubted = nil
        }
    }

    /// Whether a stamp is one of those that led the cursor ahead, and may do so again.
    func isDoubtful(_ stamp: Timestamp) -> Bool {
        guard let doubted = resume.doubted, stamp <= doubted else { return false }
        guard let proven = resume.proven else { return stamp > time.latestClock.advanced(bySeconds: OrgAnchor.slack) }
        return stamp > proven.advanced(bySeconds: patience)
    }

    /// What is said where the cursor went back without the org's word.
    static let unvouchedWarning =
        "What had been read reached past the org's time, as stamps and clocks show it by now; what may have been passed "
        + "over is read again."

    /// How late it is in the org at least, by all that has shown it; nil where nobody knows when that was.
    private var shown: Timestamp? {
        guard let anchor = resume.anchor, anchor.seenAt != nil else { return nil }
        // What is believed may be older than what was known: the last row but one, seen after hours of quiet.
        let times = [anchor, time.former.anchor].map { $0?.time(at: time.clocks) }
        return (times + [newestBelievable, time.former.covered]).compactMap(\.self).max()
    }

    /// What is nearer is in the overlap, or within what clocks differ that are right.
    private func isFar(_ cursor: Timestamp, past moment: Timestamp) -> Bool {
        cursor > moment.advanced(bySeconds: max(OrgAnchor.slack, Int64(request.overlapSeconds)))
    }

    /// The next poll reads again from a day before the last row that was read in its time; where nobody knows when that was,
    /// everything that is news. The ledger knows most of it.
    private mutating func goBack() {
        var from = record.baseline ?? Self.dawn
        if let anchor = time.former.anchor, let seenAt = anchor.seenAt {
            from = Self.daysBefore(min(anchor.stamp, seenAt.server, seenAt.here), 1)
        }
        rewind(to: from)
        record.cursor = record.cursor.map { min($0, from) }
    }
}
