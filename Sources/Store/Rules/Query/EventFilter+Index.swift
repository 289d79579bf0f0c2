package import Domain

extension EventFilter {
    /// What an index answers as single members, so that a text costs what these would.
    package func indexed() -> EventFilter {
        var indexed = normalized()
        if indexed.changes.isEmpty, indexed.expression.conjuncts.contains(where: \.asksForFields) {
            indexed.changes = [.updated]
        }
        guard instanceIDs.isEmpty else { return indexed }
        var rest = indexed.expression.conjuncts
        let place = rest.firstIndex { part in
            guard case .term(.instances(let names)) = part else { return false }
            return names.allSatisfy { InstanceID($0) != nil }
        }
        guard let place, case .term(.instances(let names)) = rest.remove(at: place) else { return indexed }
        indexed.instanceIDs = Set(names.compactMap { InstanceID($0) })
        indexed.expression = .every(rest)
        return indexed
    }

    /// The filter with numbers in the place of instances' names; a name that nobody bears finds nothing.
    package func numbered(_ index: some EventIndex) throws -> EventFilter {
        let isNamed = expression.contains { term in
            if case .instances(let names) = term { names.contains { InstanceID($0) == nil } } else { false }
        }
        guard isNamed else { return self }
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
    func keyed() -> (keys: [IndexSource], rest: EventFilter)? {
        var rest = self
        if let recordID {
            rest.recordID = nil
            return ([.record(SalesforceID(recordID)?.text ?? recordID)], rest)
        }
        var parts = expression.conjuncts
        for (number, part) in parts.enumerated() {
            let keys: [IndexSource]
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
    /// Whether it is about changed fields, which only an update has.
    fileprivate var asksForFields: Bool { if case .term(.fields) = self { true } else { false } }

    /// Whether what is held matters to it.
    var asksForStates: Bool { contains { if case .states = $0 { true } else { false } } }
}
