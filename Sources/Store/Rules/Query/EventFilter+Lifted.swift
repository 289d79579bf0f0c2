package import Domain

/// What an index answers is taken out of a filter's expression, so that its text costs what its single members would.
extension EventFilter {
    /// The same filter with the terms that must hold in any case as single members, where they have a place there.
    package func lifted() -> EventFilter {
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
        case .term(.instances(let names)):
            let ids = names.compactMap { InstanceID($0) }
            guard ids.count == names.count else { return false }
            return put(Set(ids), in: &instanceIDs)
        case .term(.records(let ids)):
            guard ids.count == 1, recordID == nil else { return false }
            recordID = ids.first
        case .term(.since(let moment)): from = max(from ?? moment, moment)
        case .term(.until(let moment)): to = min(to ?? moment, moment)
        default: return false
        }
        return true
    }

    /// The filter with numbers in the place of instances' names; a name that nobody bears finds nothing.
    package func numbered(_ index: some EventIndex) throws -> EventFilter {
        guard expression.contains({ if case .instances(let names) = $0 { names.contains { InstanceID($0) == nil } } else { false } })
        else { return self }
        let known = try index.instanceNames()
        var numbered = self
        numbered.expression = expression.mapped { term in
            guard case .instances(let names) = term else { return term }
            var ids = Set(names.compactMap { InstanceID($0) })
            let wanted = Set(names.map(\.asciiLowercased))
            for (id, name) in known where wanted.contains(name.asciiLowercased) { ids.insert(id) }
            // No instance bears the number 0.
            return .instances(ids.isEmpty ? ["0"] : Set(ids.map { String($0) }))
        }
        return numbered
    }

    /// Keys of which each event found has one, and the filter without them.
    func keyed() -> (keys: [EventSource], rest: EventFilter)? {
        var rest = self
        if let recordID {
            rest.recordID = nil
            return ([.record(SalesforceID(recordID)?.text ?? recordID)], rest)
        }
        var parts = expression.conjuncts
        for (number, part) in parts.enumerated() {
            let keys: [EventSource]
            switch part {
            case .term(.events(let ids)): keys = ids.sorted().map { .event($0) }
            case .term(.records(let ids)): keys = ids.sorted().map { .record($0) }
            default: continue
            }
            parts.remove(at: number)
            rest.expression = .every(parts)
            return (keys, rest)
        }
        return nil
    }
}

extension EventExpression {
    /// Whether what is held matters to it.
    var asksForStates: Bool { contains { if case .states = $0 { true } else { false } } }
}
