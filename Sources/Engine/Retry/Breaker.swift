package import Domain
package import Primitives

/// Decides when a callback that keeps failing is left alone, and when it is tried again.
///
/// While it is held nothing is sent but one probe at a time, on a growing schedule; the first success ends the hold.
package struct Breaker: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case closed
        /// `until` is when the next probe may go; nil waits for a person.
        case held(reason: String, until: Timestamp?)
        /// A probe is under way.
        case probing(reason: String)
    }

    /// Consecutive failures that open it.
    package let threshold: Int
    /// Milliseconds until the first probe, the second, …; the last one repeats.
    package let schedule: [Int64]
    package private(set) var state = State.closed
    /// A person wants the hold to end: the next attempt decides, and it may be any delivery's.
    package private(set) var isReleasing = false
    /// The probe that was planned when a person asked for one.
    private var plannedProbe: Timestamp?
    private var failures = 0
    private var probes = 0

    package static let defaultSchedule: [Int64] = [30, 60, 120, 300, 600, 1800, 3600].map { $0 * 1000 }

    package init(threshold: Int = 10, schedule: [Int64] = Breaker.defaultSchedule) {
        self.threshold = max(1, threshold)
        self.schedule = schedule.isEmpty ? [60_000] : schedule
    }

    /// Goes on with a hold that was kept.
    package init(threshold: Int, schedule: [Int64], hold: CallbackHold) {
        self.init(threshold: threshold, schedule: schedule)
        gone(hold.reason)
    }

    package var isHeld: Bool { state != .closed }

    package var isProbing: Bool { if case .probing = state { true } else { false } }

    /// Whether only a person ends it.
    private var waitsForPerson: Bool { if case .held(_, nil) = state { true } else { false } }

    /// What to keep of it: a hold that waits for a person.
    package func hold(of url: String) -> CallbackHold? {
        if case .held(let reason, nil) = state { CallbackHold(url: url, reason: reason) } else { nil }
    }

    /// When a probe may go; nil if none is wanted.
    package var probeAt: Timestamp? { if case .held(_, let until) = state { until } else { nil } }

    /// Counts a failure; `notBefore` is what the callback asked for with `Retry-After`.
    package mutating func failed(_ reason: String, at now: Timestamp, notBefore: Timestamp?) {
        failures += 1
        switch state {
        case .closed:
            if failures >= threshold { hold(reason, now, notBefore) }
        case .probing: hold(reason, now, notBefore)
        // A straggler that was under way when the hold began says nothing new.
        case .held: break
        }
    }

    package mutating func succeeded() {
        // What was under way when a person held it, or another got a 410, is no word against either.
        if waitsForPerson { return }
        close()
    }

    /// Ends a hold whatever it waits for.
    package mutating func close() {
        state = .closed
        failures = 0
        probes = 0
        isReleasing = false
        plannedProbe = nil
    }

    /// Lets one attempt go at once, which ends the hold or goes on with it; it puts the planned probe no further off.
    package mutating func release() {
        guard isHeld else { return }
        if case .held(let reason, let until) = state {
            if !isReleasing { plannedProbe = until }
            state = .held(reason: reason, until: .distantPast)
        }
        isReleasing = true
    }

    /// 410, or a person: only a person ends this, and the first reason stays.
    package mutating func gone(_ reason: String) {
        isReleasing = false
        plannedProbe = nil
        if !waitsForPerson { state = .held(reason: reason, until: nil) }
    }

    /// A person holds it, in their own words.
    package mutating func hold(_ reason: String) {
        isReleasing = false
        plannedProbe = nil
        state = .held(reason: reason, until: nil)
    }

    package mutating func beganProbe() { if case .held(let reason, _) = state { state = .probing(reason: reason) } }

    /// The probe found nothing to send or could not be made.
    package mutating func abandonedProbe(until: Timestamp?) {
        if case .probing(let reason) = state { state = .held(reason: reason, until: until) }
    }

    private mutating func hold(_ reason: String, _ now: Timestamp, _ notBefore: Timestamp?) {
        isReleasing = false
        let until: Timestamp
        if let plannedProbe, plannedProbe > now { until = plannedProbe } else { until = nextProbe(after: now) }
        plannedProbe = nil
        state = .held(reason: reason, until: max(until, notBefore ?? until))
    }

    private mutating func nextProbe(after now: Timestamp) -> Timestamp {
        let wait = schedule[min(probes, schedule.count - 1)]
        probes += 1
        return now.advanced(byMilliseconds: wait)
    }
}
