import Primitives

/// Rows with a stamp that the org itself has not reached: its clock was wrong for a moment, or somebody set the stamp. What they
/// show is true and is told; but their stamp is not kept as that of the latest write, as it would hide every true write until
/// then, and nothing would tell afterwards that it had been ahead. The ledger keeps the moment of the question in its place, as
/// of a webhook without a stamp, until the org's time has come.
extension ChangeDecision {
    /// Nil where the stamp counts.
    static func ahead(_ seen: Observation, known: LedgerEntry?, policy: Policy) -> ChangeDecision? {
        guard seen.kind == .row, seen.guess == nil, let reached = policy.reached, seen.stamp > reached,
            let asked = seen.requestedAt, known.map({ $0.stamp <= reached }) ?? true
        else { return nil }
        let isSeenAgain = known?.guess != nil
        // What was received since it was asked for is later.
        let isFromBefore = known?.guess.map { asked <= $0 && $0.since(asked) < longestQuestion } ?? false
        let decision = judged(seen, known: known, policy: isSeenAgain ? policy.withoutTouches : policy)
        // It is read at each poll until its time has come.
        if isFromBefore || isSeenAgain && decision.verdict == .nothing {
            return ChangeDecision(verdict: .nothing, entry: nil, changedFields: [], isHeldBack: decision.isHeldBack)
        }
        // What is asked for from now on is later.
        return decision.resting(on: asked.advanced(byMilliseconds: -1), after: known?.stamp ?? .distantPast)
    }
}
