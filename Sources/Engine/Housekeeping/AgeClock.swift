import Domain
import Primitives
import Store

/// The date by which events are old enough to go, and whether it may be believed.
///
/// While the program runs nobody sets the clock that it goes by, but at the start that is the machine's, and one that begins
/// in another year would make all of the history old at once. So a date is doubted by which nothing was stored for long
/// before the start: the service may have been idle, or the date is wrong. The clocks of other machines decide. Where none is
/// heard, time does: a machine that can be set right by its network is so within minutes. Where they contradict the date, or
/// nobody is trusted by it, only time that has truly gone by counts: what was there at the start is as old by then.
struct AgeClock: Sendable {
    struct Verdict: Sendable, Hashable {
        /// Why nothing goes by age now; nil where the date counts.
        var doubt: String?
        /// What could not be delivered does not go by age yet, as it stays longer.
        var sparesUndelivered = false
    }

    /// Milliseconds of running after which a date counts that nothing speaks against. What was stored so shortly before the
    /// start says nothing for the date: a run with a wrong one may have done so.
    static let patience: Int64 = 3_600_000

    /// By the clock that nobody sets.
    private let start: Timestamp
    private let age: Int64
    /// Milliseconds without anything stored that are not doubted. A wrong date costs no more than this of what is kept; to
    /// doubt less than the wait takes is not worth it.
    private let tolerance: Int64

    init(age: Int64, start: Timestamp) {
        self.start = start
        self.age = max(age, Self.patience)
        tolerance = max(age / 8, Self.patience)
    }

    /// Where the machine's clock was set back it is right, or it keeps events for longer; where it was set forward, nothing
    /// is older for that.
    static func date(_ clock: any EngineClock) -> Timestamp { min(clock.now, clock.due) }

    /// The moments that `RetentionFacts.lastBefore` has to tell of: both before the start, by the date as it is now.
    func moments(_ date: Timestamp, due: Timestamp) -> [Timestamp] {
        let recent = date.advanced(byMilliseconds: (-due.since(start)).subtracting(saturating: Self.patience))
        return [recent, recent.advanced(byMilliseconds: -tolerance)]
    }

    func verdict(_ date: Timestamp, due: Timestamp, _ facts: RetentionFacts, _ others: OtherClocks.Reading) -> Verdict {
        let last = moments(date, due: due).map { facts.lastBefore[$0] ?? 0 }
        guard last[0] > 0, last[0] <= last[1] else { return Verdict() }
        if let other = others.date, date.since(other) <= tolerance { return Verdict() }
        let isOpposed = others.date != nil || others.isUntrusted
        let left = (isOpposed ? age : Self.patience).subtracting(saturating: due.since(start))
        guard left <= 0 else { return Verdict(doubt: sentence(date, left: left, others)) }
        let longer = age.multiplied(saturating: RetentionPolicy.undeliveredFactor)
        return Verdict(sparesUndelivered: isOpposed && due.since(start) < longer)
    }

    private func sentence(_ date: Timestamp, left: Int64, _ others: OtherClocks.Reading) -> String {
        let hours = tolerance / 3_600_000
        let span = hours < 48 ? "\(hours) h" : "\(hours / 24) days"
        let counts = "\(date.advanced(byMilliseconds: left).iso.prefix(16))Z"
        let silence =
            "Nothing goes by --retention-age: by the machine's date (\(Self.day(date))), nothing was stored in the \(span) up to "
            + "an hour before this start, so that the date may be wrong"
        let way: String
        if let other = others.date {
            way =
                "; other machines date their answers \(Self.day(other)), so that one of the two is wrong: set the machine's date "
                + "right if it is that, else it counts from \(counts) on."
        } else {
            way =
                (others.isUntrusted ? ", and who is asked on other machines shows no certificate to be trusted" : "")
                + "; set it right if it is, else it counts from \(counts) on, or as soon as an answer from another machine bears "
                + "it."
        }
        return silence + way
    }

    private static func day(_ moment: Timestamp) -> Substring { moment.iso.prefix(10) }
}
