package import Domain
package import Primitives

/// Decides when a callback that keeps failing is left alone, and when it is tried again.
///
/// It is about the callback, not about a record: only different deliveries that fail in a row open it, and each probe is
/// another one, rather one that was never tried. While it is held nothing is sent but one probe at a time, on a growing
/// schedule; the first success ends the hold. The whole rule: <doc:Deliveries>.
package struct Breaker: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case closed
        /// `until` is when the next probe may go, whatever was tried before; nil waits for a person.
        case held(reason: String, until: Timestamp?)
        /// A probe is under way.
        case probing(reason: String)
    }

    /// Deliveries that fail in a row and open it; and those that a person's release tries.
    package let threshold: Int
    /// Milliseconds until the first probe, the second, …; the last one repeats.
    package let schedule: [Int64]
    package private(set) var state = State.closed
    /// A person wants the hold to end: what waits is tried at once, one after the other, until one succeeds or as many have
    /// failed as open it.
    package private(set) var isReleasing = false
    /// What has failed since the last success or release: a probe is another one, as long as there is one.
    package private(set) var tried: Set<Int64> = []
    /// The newest of them.
    private var last: Int64?
    /// A release got no answer once: at the second time it fails, as a person waits for it.
    private var isSilent = false
    private var probes = 0
    /// When a delivery that was never tried may be the probe, and how many were.
    private var freshAt = Timestamp.distantPast
    private var freshProbes = 0
    private var isProbeFresh = false
    /// Whether the callback itself said how long it is to be left alone.
    private var isTold = false
    /// Searches for a probe since the hold or its release began.
    private var searches = 0

    package static let defaultSchedule: [Int64] = [30, 60, 120, 300, 600, 1800, 3600].map { $0 * 1000 }

    package init(threshold: Int = 10, schedule: [Int64] = Breaker.defaultSchedule) {
        self.threshold = max(1, threshold)
        self.schedule = schedule.isEmpty ? [60_000] : schedule
    }

    /// Goes on with a hold that was kept.
    package init(threshold: Int, schedule: [Int64], hold: CallbackHold) {
        self.init(threshold: threshold, schedule: schedule)
        state = .held(reason: hold.reason, until: hold.until)
        if let until = hold.until { (probes, freshProbes, freshAt, isTold) = (1, 1, until, true) }
    }

    package var isHeld: Bool { state != .closed }

    package var isProbing: Bool { if case .probing = state { true } else { false } }

    /// Whether only a person ends it.
    private var waitsForPerson: Bool { if case .held(_, nil) = state { true } else { false } }

    /// What to keep of it: a hold that waits for a person, or for as long as the callback said.
    package func hold(of url: String) -> CallbackHold? {
        guard case .held(let reason, let until) = state, until == nil || isTold && !isReleasing else { return nil }
        return CallbackHold(url: url, reason: reason, until: until)
    }

    /// When a probe may go, whatever was tried before; nil if none is wanted.
    package var probeAt: Timestamp? { if case .held(_, let until) = state { until } else { nil } }

    /// When a delivery that was never tried may be the probe: earlier, where those that failed so far say less of it.
    package var freshProbeAt: Timestamp? { probeAt.map { min($0, freshAt) } }

    package func mayProbe(_ delivery: Int64, isFresh: Bool, at now: Timestamp) -> Bool {
        guard let probeAt else { return false }
        if isReleasing { return !tried.contains(delivery) }
        return (isFresh && !tried.contains(delivery) ? min(probeAt, freshAt) : probeAt) <= now
    }

    /// Counts a failure that says something of the callback; `notBefore` is what it asked for with `Retry-After`.
    package mutating func failed(
        _ reason: String,
        of delivery: Int64,
        isAnswered: Bool = true,
        at now: Timestamp,
        notBefore: Timestamp?
    ) {
        // A straggler that was under way when the hold began says nothing new.
        if case .held = state { return }
        tried.insert(delivery)
        last = delivery
        if !isProbing {
            if tried.count >= threshold { open(reason, now, notBefore) }
        } else if !isReleasing {
            probeFailed(reason, now, notBefore)
        } else if tried.count < threshold, isAnswered || !isSilent {
            if !isAnswered { isSilent = true }
            state = .held(reason: reason, until: .distantPast)
        } else {
            open(reason, now, notBefore, isTrying: false)
        }
    }

    package mutating func succeeded() {
        // What was under way when a person held it, or another got a 410, is no word against either.
        if waitsForPerson { return }
        close()
    }

    /// The callback refused the record or asked for a pause: so it works, as far as a probe asks.
    package mutating func answered() { if isProbing { close() } }

    /// Ends a hold whatever it waits for.
    package mutating func close() { self = Breaker(threshold: threshold, schedule: schedule) }

    /// Lets what waits be tried at once, with a fresh count.
    package mutating func release() {
        guard isHeld, !isReleasing else { return }
        isReleasing = true
        forget()
        searches = 0
        if case .held(let reason, _) = state { state = .held(reason: reason, until: .distantPast) }
    }

    /// Nothing is left that the release could try.
    package mutating func releaseFailed(at now: Timestamp) {
        guard isReleasing, case .held(let reason, _) = state else { return }
        open(reason, now, nil, isTrying: false)
    }

    /// 410, or a person: only a person ends this, and the first reason stays.
    package mutating func gone(_ reason: String) {
        isReleasing = false
        if !waitsForPerson { state = .held(reason: reason, until: nil) }
    }

    /// A person holds it, in their own words.
    package mutating func hold(_ reason: String) {
        isReleasing = false
        state = .held(reason: reason, until: nil)
    }

    package mutating func beganProbe(isFresh: Bool = false) {
        guard case .held(let reason, _) = state else { return }
        isProbeFresh = isFresh
        state = .probing(reason: reason)
    }

    /// The probe found nothing to send or could not be made.
    package mutating func abandonedProbe(until: Timestamp?) {
        if case .probing(let reason) = state { state = .held(reason: reason, until: until) }
    }

    /// What the next probe should rather not be. Where nothing else is left it begins a new round with another one than the
    /// last, and at the end with any.
    package var leftOut: [Set<Int64>] { [tried, last.map { [$0] } ?? [], []] }

    /// Forgets what was tried.
    package mutating func forget() {
        tried = []
        last = nil
        isSilent = false
    }

    /// Where among those that were never tried the next probe is looked for, from 0, the oldest, to 1, the newest. Every
    /// other is the newest, as what failed is older; those between come from all over, as what fails may stand together.
    package mutating func nextPlace() -> Double {
        defer { searches += 1 }
        guard searches > 0, searches.isMultiple(of: 2) else { return 1 }
        // 0, 1/2, 1/4, 3/4, 1/8, …
        var (number, place, step) = (searches / 2 - 1, 0.0, 0.5)
        while number > 0 {
            if !number.isMultiple(of: 2) { place += step }
            number /= 2
            step /= 2
        }
        return place
    }

    /// Milliseconds after so many probes.
    private func wait(_ probes: Int) -> Int64 { schedule[min(max(0, probes), schedule.count - 1)] }

    /// One that was never tried may be the probe at once: it tells whether the callback fails or the records that failed.
    private mutating func open(
        _ reason: String,
        _ now: Timestamp,
        _ notBefore: Timestamp?,
        isTrying: Bool = true
    ) {
        isReleasing = false
        (probes, freshProbes, searches) = (1, isTrying ? 0 : 1, 0)
        hold(reason, now, wait(0), notBefore)
        freshAt = max(isTrying ? now : now.advanced(byMilliseconds: wait(0)), notBefore ?? now)
    }

    private mutating func probeFailed(_ reason: String, _ now: Timestamp, _ notBefore: Timestamp?) {
        if isProbeFresh {
            let span = wait(freshProbes)
            freshProbes += 1
            probes = max(probes, freshProbes)
            freshAt = max(now.advanced(byMilliseconds: span), notBefore ?? now)
            hold(reason, now, max(span, wait(probes - 1)), notBefore)
        } else {
            hold(reason, now, wait(probes), notBefore)
            probes += 1
            freshAt = max(freshAt, notBefore ?? freshAt)
        }
    }

    private mutating func hold(_ reason: String, _ now: Timestamp, _ wait: Int64, _ notBefore: Timestamp?) {
        let until = now.advanced(byMilliseconds: wait)
        isTold = notBefore.map { $0 > until } ?? false
        state = .held(reason: reason, until: max(until, notBefore ?? until))
    }
}
