import Primitives
import Store

/// The date by which events are old enough to go, and whether it may be believed.
///
/// While the program runs nobody sets the clock that it goes by, but at the start that is the machine's, and one that begins
/// in another year would make all of the history old at once. So a date is doubted by which nothing was stored for long
/// before the start: the service may have been idle, or the date is wrong. Other clocks decide, and where none is heard, time:
/// a machine that can be set right by its network is so within minutes.
struct AgeClock: Sendable {
    /// Milliseconds of running after which a date counts that no other clock speaks against. What was stored so shortly
    /// before the start says nothing for the date: a run with a wrong one may have done so.
    static let patience: Int64 = 3_600_000

    /// By the clock that nobody sets.
    private let start: Timestamp
    /// Milliseconds without anything stored that are not doubted. A wrong date costs no more than this of what is kept; to
    /// doubt less than the wait takes is not worth it.
    private let tolerance: Int64

    init(age: Int64, start: Timestamp) {
        self.start = start
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

    /// Why nothing goes by age now; nil where the date counts. `other` is what the latest of other clocks says.
    func doubt(_ date: Timestamp, due: Timestamp, _ facts: RetentionFacts, other: Timestamp?) -> String? {
        let last = moments(date, due: due).map { facts.lastBefore[$0] ?? 0 }
        guard last[0] > 0, last[0] <= last[1] else { return nil }
        let hours = tolerance / 3_600_000
        let span = hours < 48 ? "\(hours) h" : "\(hours / 24) days"
        let sentence =
            "Nothing goes by --retention-age: by the machine's date (\(Self.day(date))), nothing was stored for more than "
            + "\(span) before this start, so that the date may be wrong"
        if let other {
            guard date.since(other) > tolerance else { return nil }
            return sentence + ", and callbacks date their answers \(Self.day(other)); set the machine's date right."
        }
        guard due.since(start) < Self.patience else { return nil }
        return sentence
            + "; set it right if it is, else it counts in an hour, or as soon as a callback's answer bears it."
    }

    private static func day(_ moment: Timestamp) -> Substring { moment.iso.prefix(10) }
}
