import Domain
import Primitives

/// What is about to leave the overlap is read once more, in full, when no transaction can change it any more. Whatever
/// counts and stamps can't show is found here at the latest.
extension ObjectPoll {
    /// The read of what is older than the overlap by now and was not read since; nil while it is little and not for long.
    func closing(_ checked: StampWindow, _ digest: StampDigest, reach: Timestamp) -> Read? {
        let overdue = Self.wholeSecond(overlapped(reach))
        let window = StampWindow(from: checked.from, to: min(overdue, checked.to))
        guard !window.isEmpty else { return nil }
        let records = digest.records(in: window)
        let position = resume.settledID.flatMap { id in
            resume.settled.map { ChangeQuery.Position(stamp: $0, recordID: id) }
        }
        let isBegun = position.map { window.contains($0.stamp) } ?? false
        // Where nothing is known, what comes late shows in the counts.
        let patience = Int64(request.overlapSeconds) * 1000 * (records > 0 ? 1 : 6) / 3
        let isLong = window.to.since(window.from) >= patience
        guard isBegun || isLong || records >= request.overlapLimits.page else { return nil }
        var read = Read(.closing, lower: window.from, start: reach, readsLog: false, position: isBegun ? position : nil)
        read.upper = window.to
        read.goesOnUntil = overlapped(overdue)
        return read
    }

    /// Whether a closing read leaves what follows its page to the next poll.
    func isFarEnough(_ read: Read) -> Bool {
        guard let position = read.position, let goesOnUntil = read.goesOnUntil else { return false }
        return position.stamp >= goesOnUntil
    }

    /// Goes on behind a read that has not come to its end; the next one takes it up where its place was saved.
    mutating func leaveRead(_ observations: [Observation]) {
        outbox.enqueue(batch(observations, isBaseline: false))
        finishRead()
    }

    /// Up to the last row of the page all rows are settled, once they are stored.
    mutating func saveClosing(_ read: Read) {
        if let position = read.position {
            resume.settled = position.stamp
            resume.settledID = position.recordID
        } else if let lower = read.lower {
            resume.settled = lower
            resume.settledID = nil
        }
    }

    mutating func settleClosing(_ read: Read) {
        resume.settled = read.upper
        resume.settledID = nil
        resume.differences = resume.differences.filter { $0.key >= read.upper ?? $0.key }
    }
}
