import Primitives

/// Reads the values of one term.
struct FilterValues {
    let term: FilterTerm
    /// Nil where no moment counts from it.
    let now: Timestamp?
    /// What moments without a zone are read from.
    let clock: LocalClock

    /// The numbers that are read; what is printed keeps to them.
    static let attempts: ClosedRange<Int64> = 0...999_999_999
    static let statuses: ClosedRange<Int64> = 100...999
    /// Of a duration: up to 999999999d.
    static let milliseconds: ClosedRange<Int64> = 0...(999_999_999 * 86_400_000)

    func read(_ values: [FilterValue]) throws(FilterFault) -> EventTerm {
        switch term {
        case .object: return .objects(try names(values, "an API name like Account or Invoice__c"))
        case .field: return .fields(try names(values, "an API name like StageName or Region__c"))
        case .change: return .changes(try chosen(values) { Change(rawValue: $0.uppercased()) })
        case .source: return .sources(try chosen(values) { SourceWord(rawValue: $0.lowercased()) })
        case .state: return .states(try chosen(values) { DeliveryState(rawValue: $0.lowercased()) })
        case .replay: return .replays(try chosen(values) { ReplayVerdict(rawValue: $0.lowercased()) })
        case .instance: return .instances(Set(values.map(\.text)))
        case .error: return .error(Set(values.map(\.text)))
        case .id: return .records(try set(values, "an id of 15 or 18 characters") { SalesforceID($0)?.text })
        case .event:
            return .events(
                try set(values, "the id of an event, letters and digits like vIGxWmZ0jXqKk4Gc3bHs") { text in
                    text.utf8.count <= 64 && text.utf8.allSatisfy(Self.isOfID) ? text : nil
                }
            )
        case .name: return .name(try set(values, "words in a record's name, like \"Ada L*\"") { WordSearch($0) })
        case .attempts:
            return .attempts(
                try set(values, "a number like 3, >2 or 2..5") { Self.range($0) { Self.number($0, Self.attempts) } }
            )
        case .status:
            return .status(try set(values, "a status like 500, 5xx or >=400") { Self.status($0) })
        case .took:
            return .took(
                try set(values, "a duration like >2s or <=250ms") { text in
                    Self.range(text) { text in
                        DurationText.parse(text).map(\.wholeMilliseconds).flatMap {
                            Self.milliseconds.contains($0) ? $0 : nil
                        }
                    }
                }
            )
        case .since: return .since(try moment(values))
        case .until: return .until(try moment(values))
        }
    }

    private func names(_ values: [FilterValue], _ what: String) throws(FilterFault) -> Set<String> {
        try set(values, what) { InstanceConfiguration.isObjectName($0) ? $0 : nil }
    }

    private func chosen<Choice: Hashable>(
        _ values: [FilterValue],
        _ read: (String) -> Choice?
    ) throws(FilterFault) -> Set<Choice> {
        guard case .words(let words) = term.values else { return [] }
        let aliases = term.aliases
        let meant = values.flatMap { value in
            (aliases[value.text.lowercased()] ?? [value.text]).map { FilterValue(text: $0, range: value.range) }
        }
        return try set(meant, "one of \(words.joined(separator: ", "))", read)
    }

    private func set<Value: Hashable>(
        _ values: [FilterValue],
        _ what: String,
        _ read: (String) -> Value?
    ) throws(FilterFault) -> Set<Value> {
        var found: Set<Value> = []
        for value in values {
            guard let read = read(value.text) else {
                let text = value.text.prefix(60).visible
                let nearest = term.nearest(to: value.text).map { " " + $0 } ?? ""
                throw FilterFault(value.range, "\(term.rawValue) is \(what); “\(text)” is not.\(nearest)")
            }
            found.insert(read)
        }
        return found
    }

    /// A moment, a day, or how long ago it was.
    private func moment(_ values: [FilterValue]) throws(FilterFault) -> Timestamp {
        if values.count > 1 { throw FilterFault(values[1].range, "\(term.rawValue) takes one moment; leave this out.") }
        guard let value = values.first else { return self.now ?? .distantPast }
        guard let now else {
            guard let moment = Timestamp(parsing: value.text), Timestamp.writable.contains(moment) else {
                throw FilterFault(
                    value.range,
                    "\(term.rawValue) is a whole moment like 2026-11-23T18:00:00Z where a program sends the filter; "
                        + "“\(value.text.prefix(60).visible)” is not."
                )
            }
            return moment
        }
        guard let moment = TimeText.parse(value.text, at: now, clock: clock) else {
            throw FilterFault(
                value.range,
                "\(term.rawValue) is a duration like 10m, a day like yesterday or a moment like 2026-11-23T18:00:00Z; "
                    + "“\(value.text.prefix(60).visible)” is none of them."
            )
        }
        return moment
    }

    /// `5`, `>2`, `>=2`, `<9`, `<=9`, `2..5`; nil for anything else, and for what no number can be.
    private static func range(_ text: String, _ number: (String) -> Int64?) -> NumberRange? {
        if let dots = text.firstRange(of: "..") {
            guard let lower = number(String(text[..<dots.lowerBound])),
                let upper = number(String(text[dots.upperBound...])), lower <= upper
            else { return nil }
            return NumberRange(lower: lower, upper: upper)
        }
        func rest(_ sign: String) -> Int64? { text.hasPrefix(sign) ? number(String(text.dropFirst(sign.count))) : nil }
        if text.hasPrefix(">=") { return rest(">=").map { NumberRange(lower: $0) } }
        if text.hasPrefix("<=") { return rest("<=").map { NumberRange(upper: $0) } }
        if text.hasPrefix(">") { return rest(">").map { NumberRange(lower: $0.adding(saturating: 1)) } }
        if text.hasPrefix("<") { return rest("<").flatMap { $0 > 0 ? NumberRange(upper: $0 - 1) : nil } }
        return number(text).map { NumberRange(lower: $0, upper: $0) }
    }

    private static func status(_ text: String) -> NumberRange? {
        if text.count == 3, text.lowercased().hasSuffix("xx"), let first = text.first?.wholeNumberValue,
            (1...9).contains(first)
        {
            return NumberRange(lower: Int64(first * 100), upper: Int64(first * 100 + 99))
        }
        return range(text) { number($0, statuses) }
    }

    /// A number as it may stand behind a sign, with no more digits than the largest has.
    private static func number(_ text: String, _ readable: ClosedRange<Int64>) -> Int64? {
        guard (1...String(readable.upperBound).utf8.count).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text)
        else { return nil }
        return readable.contains(number) ? number : nil
    }

    private static func isOfID(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
