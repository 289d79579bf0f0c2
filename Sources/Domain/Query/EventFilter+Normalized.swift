extension EventFilter {
    /// The same filter with the terms that must hold in any case as single members, where they have a place there. Terms of
    /// instances stay in the expression, as the member says whose events are asked for at all.
    package func normalized() -> EventFilter {
        var lifted = self
        var rest: [EventExpression] = []
        for part in expression.conjuncts where !lifted.take(part) { rest.append(part) }
        lifted.expression = .every(rest)
        return lifted
    }

    /// Whether the part has become a member.
    private mutating func take(_ part: EventExpression) -> Bool {
        func put<Value>(_ values: Set<Value>, in member: inout Set<Value>) -> Bool {
            guard member.isEmpty else { return false }
            member = values
            return true
        }
        switch part {
        case .term(.objects(let names)): return put(names, in: &objects)
        case .term(.changes(let values)): return put(values, in: &changes)
        case .term(.states(let values)): return put(values, in: &states)
        case .term(.replays(let values)): return put(values, in: &replays)
        case .negated(.term(.replays(let values))): excludedReplays.formUnion(values)
        case .term(.records(let ids)):
            guard ids.count == 1, recordID == nil else { return false }
            recordID = ids.first
        case .term(.since(let moment)): from = max(from ?? moment, moment)
        case .term(.until(let moment)): to = min(to ?? moment, moment)
        default: return false
        }
        return true
    }
}
