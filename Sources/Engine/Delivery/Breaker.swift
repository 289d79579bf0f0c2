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
        /// 410, or a person: only a person ends it.
        case blocked(reason: String)
        /// Waits for the moment of the next probe, and for a delivery to be it.
        case held(Hold)
        /// A probe is under way; a fresh one is of a delivery that was never tried.
        case probing(Hold, isFresh: Bool)
    }

    /// Deliveries that fail in a row and open it; and those that a person's release tries.
    package let threshold: Int
    /// Milliseconds until the first probe, the second, …; the last one repeats.
    package let schedule: [Int64]
    package private(set) var state = State.closed
    /// What has failed since the last success or release: a probe is another one, as long as there is one.
    package private(set) var tried: Set<Int64> = []
    /// The newest of them.
    private var last: Int64?

    package static let defaultSchedule: [Int64] = [30, 60, 120, 300, 600, 1800, 3600].map { $0 * 1000 }

    package init(threshold: Int = 10, schedule: [Int64] = Breaker.defaultSchedule) {
        self.threshold = max(1, threshold)
        self.schedule = schedule.isEmpty ? [60_000] : schedule
    }

    /// Goes on with a hold that was kept.
    package init(threshold: Int, schedule: [Int64], hold: CallbackHold) {
        self.init(threshold: threshold, schedule: schedule)
        state =
            hold.until.map { State.held(Hold(reason: hold.reason, phase: .scheduled(ProbePlan(requested: $0)))) }
            ?? .blocked(reason: hold.reason)
    }

    package var isHeld: Bool { if case .closed = state { false } else { true } }

    package var isProbing: Bool { if case .probing = state { true } else { false } }

    /// Whether a person wants the hold to end, and what waits is tried for that.
    package var isReleasing: Bool { if case .releasing = probedHold?.phase { true } else { false } }

    /// Why nothing is sent; nil while it is closed.
    package var reason: String? {
        switch state {
        case .closed: nil
        case .blocked(let reason): reason
        case .held(let hold), .probing(let hold, _): hold.reason
        }
    }

    /// When it is tried again by itself; nil waits for a person, or for what came of a release or a probe.
    package var until: Timestamp? {
        guard case .held(let hold) = state, case .scheduled(let plan) = hold.phase else { return nil }
        return plan.next
    }

    /// What to keep of it: a hold that waits for a person, or for as long as the callback said. It has not ended while a
    /// probe is under way.
    package func hold(of url: String) -> CallbackHold? {
        if case .blocked(let reason) = state { return CallbackHold(url: url, reason: reason, until: nil) }
        guard let hold = probedHold, case .scheduled(let plan) = hold.phase, plan.isRequested else { return nil }
        return CallbackHold(url: url, reason: hold.reason, until: plan.next)
    }

    /// When a probe may go, whatever was tried before; nil if none is wanted.
    package var probeAt: Timestamp? { if case .held(let hold) = state { hold.probeAt } else { nil } }

    /// When a delivery that was never tried may be the probe: earlier, where those that failed so far say less of it.
    package var freshProbeAt: Timestamp? { if case .held(let hold) = state { hold.freshProbeAt } else { nil } }

    package func mayProbe(_ delivery: Int64, isFresh: Bool, at now: Timestamp) -> Bool {
        guard case .held(let hold) = state else { return false }
        let isUntried = !tried.contains(delivery)
        if isReleasing { return isUntried }
        return (isFresh && isUntried ? hold.freshProbeAt : hold.probeAt) <= now
    }

    /// Counts a failure that says something of the callback; `notBefore` is what it asked for with `Retry-After`.
    package mutating func failed(
        _ reason: String,
        of delivery: Int64,
        isAnswered: Bool = true,
        at now: Timestamp,
        notBefore: Timestamp?
    ) {
        switch state {
        // A straggler that was under way when the hold began says nothing new.
        case .blocked, .held: return
        case .closed:
            count(delivery)
            if tried.count >= threshold { open(reason, now, notBefore) }
        case .probing(var hold, let isFresh):
            count(delivery)
            hold.reason = reason
            switch hold.phase {
            case .scheduled(let plan):
                hold.phase = .scheduled(self.plan(after: plan, isFresh: isFresh, now, notBefore))
                state = .held(hold)
            case .releasing(let isSilent) where tried.count < threshold && (isAnswered || !isSilent):
                hold.phase = .releasing(isSilent: isSilent || !isAnswered)
                state = .held(hold)
            case .releasing: open(reason, now, notBefore, isTrying: false)
            }
        }
    }

    package mutating func succeeded() {
        // What was under way when a person held it, or another got a 410, is no word against either.
        if case .blocked = state { return }
        close()
    }

    /// The callback refused the record or asked for a pause: so it works, as far as a probe asks.
    package mutating func answered() { if isProbing { close() } }

    /// Ends a hold whatever it waits for.
    package mutating func close() { self = Breaker(threshold: threshold, schedule: schedule) }

    /// Lets what waits be tried at once, with a fresh count.
    package mutating func release() {
        guard let reason, !isReleasing else { return }
        forget()
        let hold = Hold(reason: reason, phase: .releasing(isSilent: false))
        if case .probing(_, let isFresh) = state {
            state = .probing(hold, isFresh: isFresh)
        } else {
            state = .held(hold)
        }
    }

    /// Nothing is left that the release could try.
    package mutating func releaseFailed(at now: Timestamp) {
        guard isReleasing, case .held(let hold) = state else { return }
        open(hold.reason, now, nil, isTrying: false)
    }

    /// 410: only a person ends this, and the first reason stays.
    package mutating func gone(_ reason: String) {
        if case .blocked = state { return }
        state = .blocked(reason: reason)
    }

    /// A person holds it, in their own words.
    package mutating func hold(_ reason: String) { state = .blocked(reason: reason) }

    package mutating func beganProbe(isFresh: Bool = false) {
        guard case .held(let hold) = state else { return }
        state = .probing(hold, isFresh: isFresh)
    }

    /// The probe found nothing to send or could not be made. The next one goes when this one might have, or later.
    package mutating func abandonedProbe(until: Timestamp? = nil) {
        guard case .probing(var hold, _) = state else { return }
        if let until, case .scheduled(var plan) = hold.phase {
            plan.next = until
            hold.phase = .scheduled(plan)
        }
        state = .held(hold)
    }

    /// What the next probe should rather not be. Where nothing else is left it begins a new round with another one than the
    /// last, and at the end with any.
    package var leftOut: [Set<Int64>] { [tried, last.map { [$0] } ?? [], []] }

    /// Forgets what was tried.
    package mutating func forget() {
        tried = []
        last = nil
    }

    /// Where among those that were never tried the next probe is looked for, from 0, the oldest, to 1, the newest.
    package mutating func nextPlace() -> Double {
        guard case .held(var hold) = state else { return 1 }
        defer { state = .held(hold) }
        return hold.nextPlace()
    }

    /// The hold that ends by itself.
    private var probedHold: Hold? {
        switch state {
        case .held(let hold), .probing(let hold, _): hold
        case .closed, .blocked: nil
        }
    }

    private mutating func count(_ delivery: Int64) {
        tried.insert(delivery)
        last = delivery
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
        let next = now.advanced(byMilliseconds: wait(0))
        let plan = ProbePlan(
            next: next,
            nextFresh: isTrying ? now : next,
            notBefore: notBefore,
            freshProbes: isTrying ? 0 : 1
        )
        state = .held(Hold(reason: reason, phase: .scheduled(plan)))
    }

    /// As it is after another probe that failed.
    private func plan(
        after plan: ProbePlan,
        isFresh: Bool,
        _ now: Timestamp,
        _ notBefore: Timestamp?
    ) -> ProbePlan {
        guard isFresh else {
            return ProbePlan(
                next: now.advanced(byMilliseconds: wait(plan.probes)),
                nextFresh: plan.nextFresh,
                notBefore: notBefore,
                probes: plan.probes + 1,
                freshProbes: plan.freshProbes
            )
        }
        let (span, freshProbes) = (wait(plan.freshProbes), plan.freshProbes + 1)
        let probes = max(plan.probes, freshProbes)
        return ProbePlan(
            next: now.advanced(byMilliseconds: max(span, wait(probes - 1))),
            nextFresh: now.advanced(byMilliseconds: span),
            notBefore: notBefore,
            probes: probes,
            freshProbes: freshProbes
        )
    }
}
