import Primitives

extension Breaker {
    /// A hold that ends with the first probe that succeeds.
    package struct Hold: Sendable, Hashable {
        package enum Phase: Sendable, Hashable {
            case scheduled(ProbePlan)
            /// A person wants it to end: what waits is tried at once, one after the other, until one succeeds or as many have
            /// failed as open it. A release that got no answer once fails at the second time, as a person waits for it.
            case releasing(isSilent: Bool)
        }

        package var reason: String
        package var phase: Phase
        /// Searches for a probe since the hold or its release began.
        private var searches = 0

        init(reason: String, phase: Phase) {
            self.reason = reason
            self.phase = phase
        }

        /// When a probe may go, whatever was tried before.
        var probeAt: Timestamp { if case .scheduled(let plan) = phase { plan.next } else { .distantPast } }

        /// When a delivery that was never tried may be the probe.
        var freshProbeAt: Timestamp {
            if case .scheduled(let plan) = phase { min(plan.next, plan.nextFresh) } else { .distantPast }
        }

        /// Every other place is that of the newest, as what failed is older; those between come from all over, as what fails
        /// may stand together.
        mutating func nextPlace() -> Double {
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
    }

    /// When the next probes of a hold may go, and how many went.
    package struct ProbePlan: Sendable, Hashable {
        /// Whatever was tried before.
        var next: Timestamp
        /// A delivery that was never tried.
        let nextFresh: Timestamp
        /// Whether the callback itself asked for `next`, with `Retry-After`.
        let isRequested: Bool
        let probes: Int
        let freshProbes: Int

        /// Neither goes before `notBefore`, which the callback may have asked for.
        init(next: Timestamp, nextFresh: Timestamp, notBefore: Timestamp?, probes: Int = 1, freshProbes: Int) {
            self.next = max(next, notBefore ?? next)
            self.nextFresh = max(nextFresh, notBefore ?? nextFresh)
            isRequested = notBefore.map { $0 > next } ?? false
            self.probes = probes
            self.freshProbes = freshProbes
        }

        /// As the callback asked for before a restart.
        init(requested until: Timestamp) {
            (next, nextFresh, isRequested, probes, freshProbes) = (until, until, true, 1, 1)
        }
    }
}
