import Domain
import Primitives

/// How a callback is slowed down that answers 429 and says for how long: it is left alone for just that time, and gets fewer
/// posts at once after it, more again as it accepts them. Pure; moments are of the clock that nobody sets.
///
/// What it refused so costs a delivery no rung of its ladder. A callback that refuses again and again, or for longer than a
/// pause may last, is left to the ladder and the breaker.
struct CallbackPace: Sendable, Hashable {
    /// Milliseconds of the longest pause.
    static let longest: Int64 = 300_000
    /// Milliseconds of the shortest one, so that `Retry-After: 0` is no loop.
    static let shortest: Int64 = 1000
    /// Pauses without a success between them.
    static let most = 10
    /// Posts at once that are too many to be limited.
    static let fastest = 64
    /// Successes that allow one post more at once.
    static let step = 8

    /// Nothing is sent before.
    private(set) var pausedUntil = Timestamp.distantPast
    /// Posts at once; nil: no limit.
    private(set) var places: Int?
    /// Pauses since the last success.
    private var inARow = 0
    private var successes = 0

    /// Whether the answer is a pause, and no failure.
    mutating func pauses(for outcome: AttemptOutcome, at now: Timestamp, notBefore: Timestamp?) -> Bool {
        guard outcome.status == 429, let notBefore, notBefore.since(now) <= Self.longest else { return false }
        // Those that were under way when it began belong to it.
        if pausedUntil <= now {
            guard inARow < Self.most else { return false }
            inARow += 1
            places = max(1, (places ?? Self.fastest) / 2)
            successes = 0
        }
        pausedUntil = max(pausedUntil, notBefore, now.advanced(byMilliseconds: Self.shortest))
        return true
    }

    /// What to keep of a pause for after a restart; its end is of the clock that nobody sets.
    func hold(of url: String) -> CallbackHold? {
        guard pausedUntil > .distantPast else { return nil }
        return CallbackHold(url: url, reason: Callback.pauseReason, until: pausedUntil)
    }

    /// Goes on with a pause that was kept.
    mutating func resumePause(until end: Timestamp, at now: Timestamp) {
        pausedUntil = max(pausedUntil, min(end, now.advanced(byMilliseconds: Self.longest)))
    }

    /// One that is over need not be kept any longer.
    mutating func forgetPause(at now: Timestamp) { if pausedUntil <= now { pausedUntil = .distantPast } }

    /// A person wants it to be tried at once; how many posts it gets stays.
    mutating func endPause() { pausedUntil = .distantPast }

    mutating func succeeded() {
        inARow = 0
        guard let places else { return }
        successes += 1
        guard successes >= Self.step else { return }
        successes = 0
        self.places = places + 1 < Self.fastest ? places + 1 : nil
    }
}
