import Primitives

extension EventExpression: CustomStringConvertible {
    /// The text that parses to the same; moments are absolute. Empty where it finds everything.
    package var description: String {
        switch self {
        case .all(let parts): parts.map { $0.inner(isAlone: false) }.joined(separator: " ")
        case .any(let parts): parts.map(\.description).joined(separator: " | ")
        case .negated(let part): "-" + part.inner(isAlone: true)
        case .term(let term): term.description
        }
    }

    private func inner(isAlone: Bool) -> String {
        switch self {
        case .all where isAlone, .any: "( \(description) )"
        default: description
        }
    }
}

extension EventTerm: CustomStringConvertible {
    package var description: String {
        switch self {
        case .objects(let names): Self.list(.object, names)
        case .changes(let changes): Self.list(.change, changes.map { $0.rawValue.lowercased() })
        case .sources(let words): Self.list(.source, words.map(\.rawValue))
        case .instances(let names): Self.list(.instance, names.map(Self.quoted))
        case .fields(let names): Self.list(.field, names)
        case .records(let ids): Self.list(.id, ids)
        case .events(let ids): Self.list(.event, ids)
        case .name(let searches): Self.list(.name, searches.map(\.description))
        case .states(let states): Self.list(.state, states.map(\.rawValue))
        case .replays(let verdicts): Self.list(.replay, verdicts.map(\.rawValue))
        case .attempts(let ranges): Self.list(.attempts, ranges.map { $0.text(FilterValues.attempts) { String($0) } })
        case .status(let ranges): Self.list(.status, ranges.map(\.statusText))
        case .took(let ranges):
            Self.list(.took, ranges.map { $0.text(FilterValues.milliseconds) { DurationText.text(.milliseconds($0)) } })
        case .error(let parts): Self.list(.error, parts.map(Self.quoted))
        case .since(let moment): Self.list(.since, [moment.shortISO])
        case .until(let moment): Self.list(.until, [moment.shortISO])
        case .words(let search): search.description
        }
    }

    private static func list(_ term: FilterTerm, _ values: some Sequence<String>) -> String {
        "\(term.rawValue):" + values.sorted().joined(separator: ",")
    }

    /// In quotes, unless nothing in it means anything else.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }
        if isPlain, !text.isEmpty { return text }
        var quoted = "\"".unicodeScalars
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}

extension WordSearch: CustomStringConvertible {
    package var description: String {
        let star = isPrefix ? "*" : ""
        return words.count == 1 ? words[0] + star : "\"\(words.joined(separator: " "))\(star)\""
    }
}

extension NumberRange {
    /// An end just beyond what is `readable`, as of `>999`, is printed by the last number that is.
    fileprivate func text(_ readable: ClosedRange<Int64>, _ number: (Int64) -> String) -> String {
        switch (lower, upper) {
        case (let lower?, let upper?): lower == upper ? number(lower) : "\(number(lower))..\(number(upper))"
        case (let lower?, nil): lower > readable.upperBound ? ">\(number(lower - 1))" : ">=\(number(lower))"
        case (nil, let upper?): upper < readable.lowerBound ? "<\(number(upper + 1))" : "<=\(number(upper))"
        case (nil, nil): ">=\(number(readable.lowerBound))"
        }
    }

    fileprivate var statusText: String {
        if let lower, let upper, lower % 100 == 0, upper == lower + 99 { return "\(lower / 100)xx" }
        return text(FilterValues.statuses) { String($0) }
    }
}

extension Timestamp {
    /// Milliseconds only where there are any.
    fileprivate var shortISO: String { milliseconds % 1000 == 0 ? iso : isoMilliseconds }
}
