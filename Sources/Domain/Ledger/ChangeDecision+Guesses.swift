import Primitives

/// Observations without a stamp, and entries whose latest write is known by one of these alone. The moment of receipt stands
/// in for such a stamp. It is of another clock than the org's, and later than the write by as long as the post took: it is
/// held against other moments of this machine alone, and never against a stamp that comes later; there the content decides.
/// The article about the overlap has the rules with their reasons.
extension ChangeDecision {
    /// Milliseconds after which what was asked for has been answered and stored. What seems to be older was asked for after
    /// this machine's clock was set back.
    static let longestQuestion: Int64 = 5 * 60_000

    static func guessing(_ seen: Observation, known: LedgerEntry?, policy: Policy) -> ChangeDecision {
        switch (seen.guess, known, known?.guess) {
        case (let moment?, let known?, let former?): follow(seen, at: moment, known, former, policy)
        case (let moment?, let known?, nil): receive(seen, at: moment, known, policy)
        case (let moment?, nil, _):
            judged(seen, known: nil, policy: policy).resting(on: moment, after: .distantPast)
        case (nil, let known?, let former?): settle(seen, known, former, policy)
        case (nil, _, _): judged(seen, known: known, policy: policy)
        }
    }

    private static let silence = ChangeDecision(verdict: .nothing, entry: nil, changedFields: [])

    /// A guess after a guess: they come in the order of receipt, whatever was done to the clock in between.
    private static func follow(
        _ seen: Observation,
        at moment: Timestamp,
        _ known: LedgerEntry,
        _ former: Timestamp,
        _ policy: Policy
    ) -> ChangeDecision {
        var next = seen
        if next.stamp < former { next.stamp = former.advanced(byMilliseconds: 1) }
        var latest = known
        latest.stamp = former
        latest.guess = nil
        return judged(next, known: latest, policy: policy).resting(on: moment, after: known.stamp)
    }

    /// A guess after a stamp of the org's.
    private static func receive(
        _ seen: Observation,
        at moment: Timestamp,
        _ known: LedgerEntry,
        _ policy: Policy
    ) -> ChangeDecision {
        if isUnclaimedReturn(seen, known) { return silence }
        let decision = judged(seen, known: known, policy: policy.withoutTouches)
        // What shows nothing new is known already: the org's stamp stays.
        guard case .event = decision.verdict else { return silence }
        return decision.resting(on: moment, after: known.stamp)
    }

    /// A stamp of the org's after a guess.
    private static func settle(
        _ seen: Observation,
        _ known: LedgerEntry,
        _ former: Timestamp,
        _ policy: Policy
    ) -> ChangeDecision {
        let isFromBefore =
            seen.requestedAt.map { asked in
                asked <= former && former.since(asked) < longestQuestion
            } ?? false
        if isUnclaimedReturn(seen, known) || isFromBefore && policy.isBaselineRead { return silence }
        let decision = judged(seen, known: known, policy: policy.withoutTouches)
        if case .event = decision.verdict {
            // It may show the record as it was before the write that was received meanwhile; a later poll reads it again.
            return isFromBefore ? silence : decision.settled(decision.entry)
        }
        if decision.entry != nil { return decision.settled(decision.entry, showing: seen) }
        let isSame = seen.kind == .row && seen.stamp == known.stamp && !policy.isBaselineRead && !decision.isHeldBack
        return isSame ? decision.settled(known, showing: seen) : decision
    }

    /// A webhook of a deleted record that doesn't claim an undelete may be of a write before the deletion: two stamps of the
    /// org's could tell.
    private static func isUnclaimedReturn(_ seen: Observation, _ known: LedgerEntry) -> Bool {
        guard case .webhook(claimed: _, isUndelete: false) = seen.kind else { return false }
        return known.isDeleted && !seen.isDeleted
    }

    func resting(on moment: Timestamp, after stamp: Timestamp) -> ChangeDecision {
        guard var entry else { return self }
        entry.stamp = stamp
        entry.guess = moment
        return with(entry)
    }

    /// With the org's stamp in the place of the guess; and with the fields as they were seen, where they say the same.
    private func settled(_ entry: LedgerEntry?, showing same: Observation? = nil) -> ChangeDecision {
        guard var entry else { return self }
        entry.guess = nil
        if let same, !same.isDeleted {
            entry.fields =
                same.kind == .row ? same.fields : entry.fields.merging(same.fields.spelled(like: entry.fields))
        }
        return with(entry)
    }

    private func with(_ entry: LedgerEntry) -> ChangeDecision {
        ChangeDecision(
            verdict: verdict,
            entry: entry,
            changedFields: changedFields,
            isHeldBack: isHeldBack,
            isCompared: isCompared
        )
    }
}

extension ChangeDecision.Policy {
    /// That a record was written once more as it was shows in two stamps of the org's, and in nothing else.
    var withoutTouches: Self {
        var policy = self
        policy.reportTouches = false
        return policy
    }
}
