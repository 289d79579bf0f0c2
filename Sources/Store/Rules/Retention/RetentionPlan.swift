package import Domain
package import Primitives

/// What retention has to know of the history; cheap, however long it is.
package struct RetentionFacts: Sendable, Hashable {
    package var events: Int64 = 0
    /// The oldest event that is still there.
    package var oldest: Int64?
    package var oldestMoment: Timestamp?
    /// The newest event that there ever was.
    package var newest: Int64 = 0
    /// The last event that was stored before each of the moments asked for; 0 where there is none.
    package var lastBefore: [Timestamp: Int64] = [:]
    /// Bytes of the database that hold something; nil if unknown.
    package var heldBytes: Int64?

    package init() {}
}

/// A policy made into what may go now and what will go soon. Pure: the moments come from outside.
package struct RetentionPlan: Sendable, Hashable {
    private static let day: Int64 = 86_400_000

    private let policy: RetentionPolicy
    private let now: Timestamp

    package init(_ policy: RetentionPolicy, now: Timestamp) {
        self.policy = policy
        self.now = now
    }

    /// The moments that `RetentionFacts.lastBefore` has to tell of, for a forecast.
    package var moments: [Timestamp] {
        [dayAgo] + (policy.age.map { [now.advanced(byMilliseconds: Self.day.subtracting(saturating: $0))] } ?? [])
    }

    private var dayAgo: Timestamp { now.advanced(byMilliseconds: -Self.day) }

    /// What goes by age and number; nil where neither is limited.
    ///
    /// By number, the newest stay whatever lies between them and the oldest: numbers are given without gaps, so that the bound
    /// is a sequence and nothing has to be counted.
    package func request(_ facts: RetentionFacts) -> PurgeRequest? {
        func bound(_ factor: Int64) -> PurgeBound {
            PurgeBound(
                before: policy.age.map { now.advanced(byMilliseconds: -$0.multiplied(saturating: factor)) },
                through: policy.events.map { facts.newest.subtracting(saturating: $0.multiplied(saturating: factor)) }
            )
        }
        if policy.age == nil, policy.events == nil { return nil }
        return PurgeRequest(settled: bound(1), undelivered: bound(RetentionPolicy.undeliveredFactor))
    }

    /// Whether the store is larger than it should be.
    package func isTooLarge(_ heldBytes: Int64?) -> Bool {
        guard let bytes = policy.bytes, let heldBytes else { return false }
        return heldBytes > bytes
    }

    /// What goes while the store is too large: the oldest of what is settled, and only then what could not be delivered.
    package func requestsBySize(_ facts: RetentionFacts) -> [PurgeRequest] {
        let all = PurgeBound(through: facts.newest)
        return [PurgeRequest(settled: all), PurgeRequest(settled: all, undelivered: all)]
    }

    /// Events that go within a day if as many come as in the last one.
    package func dueWithinDay(_ facts: RetentionFacts) -> Int64 {
        guard let oldest = facts.oldest else { return 0 }
        var due: Int64 = 0
        if let age = policy.age {
            let moment = now.advanced(byMilliseconds: Self.day.subtracting(saturating: age))
            due = max(due, (facts.lastBefore[moment] ?? 0) - oldest + 1)
        }
        let coming = facts.newest - max(facts.lastBefore[dayAgo] ?? 0, oldest - 1)
        if let events = policy.events { due = max(due, facts.events + coming - events) }
        if let bytes = policy.bytes, let held = facts.heldBytes, facts.events > 0 {
            let each = max(1, held / facts.events)
            due = max(due, coming + (held - bytes) / each)
        }
        return min(max(due, 0), facts.events)
    }
}
