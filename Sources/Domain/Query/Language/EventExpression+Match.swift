extension EventExpression {
    /// Whether an event is found: the same as the store says.
    ///
    /// - Parameters:
    ///   - event: with its delivery as a person reads it, held ones as held.
    ///   - record: the record as JSON; asked for only where a term needs it.
    ///   - instanceName: the name of the event's instance; nil where it was deleted.
    /// - Returns: what `EventFilter.condition` finds in a store, decided from values alone.
    package func matches(_ event: EventSummary, record: () -> String, instanceName: String?) -> Bool {
        switch self {
        case .all(let parts):
            parts.allSatisfy { $0.matches(event, record: record, instanceName: instanceName) }
        case .any(let parts):
            parts.contains { $0.matches(event, record: record, instanceName: instanceName) }
        case .negated(let part): !part.matches(event, record: record, instanceName: instanceName)
        case .term(let term): term.matches(event, record: record, instanceName: instanceName)
        }
    }
}

extension EventTerm {
    fileprivate func matches(_ event: EventSummary, record: () -> String, instanceName: String?) -> Bool {
        let delivery = event.delivery
        return switch self {
        case .objects(let names): names.contains { $0.lowercased() == event.object.lowercased() }
        case .changes(let changes): changes.contains(event.change)
        case .sources(let words): words.contains { $0.sources.contains(event.source) }
        case .instances(let names):
            names.contains { name in
                InstanceID(name) == event.instanceID
                    || instanceName.map { $0.asciiLowercased == name.asciiLowercased } ?? false
            }
        case .fields(let names):
            event.change == .updated
                && names.contains { name in
                    event.changedFieldNames.contains { $0.asciiLowercased == name.asciiLowercased }
                }
        case .records(let ids): ids.contains(event.recordID)
        case .events(let ids): ids.contains(event.eventID)
        case .name(let searches): event.recordName.map { name in searches.contains { $0.matches(name) } } ?? false
        case .states(let states): states.contains(delivery?.state ?? .none)
        case .replays(let verdicts): delivery?.lastReplay.map { verdicts.contains($0.verdict) } ?? false
        case .attempts(let ranges): Self.any(ranges, hold: delivery?.attempts)
        case .status(let ranges): Self.any(ranges, hold: delivery?.lastStatus)
        case .took(let ranges): Self.any(ranges, hold: delivery?.lastMilliseconds)
        case .error(let parts):
            delivery?.lastError.map { sentence in
                parts.contains { sentence.asciiLowercased.contains($0.asciiLowercased) }
            } ?? false
        case .since(let moment): event.receivedAt >= moment
        case .until(let moment): event.receivedAt < moment
        case .words(let search): search.matches(record: record(), name: event.recordName)
        }
    }

    private static func any(_ ranges: Set<NumberRange>, hold number: Int?) -> Bool {
        number.map { number in ranges.contains { $0.contains(Int64(number)) } } ?? false
    }
}

extension String {
    /// As SQLite folds: A to Z alone.
    package var asciiLowercased: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
