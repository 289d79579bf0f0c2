package import Primitives

extension EventExpression {
    /// The longest text that a person may give, in UTF-8 bytes.
    package static let longestText = 4000
    /// Groups and signs that may stand inside one another.
    package static let deepest = 32
    /// Terms and values together.
    package static let mostValues = 400

    /// Reads a filter's text; durations like `since:10m` count back from `now`, and a time of day or a date without a zone is one
    /// of the clock.
    ///
    /// - Throws: `FilterFault` with the place.
    package init(parsing text: String, now: Timestamp, clock: LocalClock = .utc) throws(FilterFault) {
        try self.init(parsing: text, now: now, clock: clock, bounds: .person)
        try checkPeriod(of: text)
    }

    /// Reads what a program sends, which may be what was printed from the longest text of a person. Where it names no zone, it
    /// means UTC.
    package init(requested text: String, now: Timestamp) throws(FilterFault) {
        try self.init(parsing: text, now: now, clock: .utc, bounds: .program)
        try checkPeriod(of: text)
    }

    /// Reads what was printed, which is longer than what was given: moments are absolute, as none counts from when it happens
    /// to be read, and other parts of a filter may stand beside it.
    package init(printed text: String) throws(FilterFault) {
        try self.init(parsing: text, now: nil, clock: .utc, bounds: .printed)
    }

    /// Reads what was printed of any filter that was taken, however it came: what was begun by it must be understood later,
    /// too.
    package init(stored text: String) throws(FilterFault) {
        try self.init(parsing: text, now: nil, clock: .utc, bounds: .stored)
    }

    private init(parsing text: String, now: Timestamp?, clock: LocalClock, bounds: FilterBounds) throws(FilterFault) {
        guard text.utf8.count <= bounds.bytes else {
            throw FilterFault(0..<0, "It is longer than \(bounds.bytes.grouped) bytes; leave something out.")
        }
        var parser = FilterParser(text, now: now, clock: clock, bounds: bounds)
        do { self = try parser.parse() } catch {
            // People count characters, and the parser looks at what they are made of: a mark behind a quote is none of
            // the quote's.
            func character(_ place: Int) -> Int {
                String(String.UnicodeScalarView(text.unicodeScalars.prefix(place))).count
            }
            let range = error.range
            throw FilterFault(character(range.lowerBound)..<character(range.upperBound), error.reason)
        }
    }
}

extension EventExpression {
    /// The latest `since` and the earliest `until` that must hold in any case.
    private var period: (since: Timestamp?, until: Timestamp?) {
        var (since, until): (Timestamp?, Timestamp?)
        for case .term(let term) in conjuncts {
            if case .since(let moment) = term { since = max(since ?? moment, moment) }
            if case .until(let moment) = term { until = min(until ?? moment, moment) }
        }
        return (since, until)
    }

    private func checkPeriod(of text: String) throws(FilterFault) {
        let (since, until) = period
        if let since, let until, since > until {
            throw FilterFault(0..<text.count, "since is later than until, so nothing would be found; swap them.")
        }
    }
}

/// How much may stand in a filter's text. Each holds what is printed of the one before it: a duration becomes a whole moment,
/// which makes a text up to four times as long, and what stands beside it may put it into a group.
struct FilterBounds {
    static let person = FilterBounds(bytes: 1, others: 1)
    static let program = FilterBounds(bytes: 4, others: 4)
    static let printed = FilterBounds(bytes: 16, others: 8)
    static let stored = FilterBounds(bytes: 64, others: 9)

    let bytes: Int
    let depth: Int
    let values: Int

    private init(bytes: Int, others: Int) {
        self.bytes = bytes * EventExpression.longestText
        depth = others * EventExpression.deepest
        values = others * EventExpression.mostValues
    }
}

/// Reads the language by descent: `|` binds weaker than side by side, that weaker than `-`.
struct FilterParser {
    private let scalars: [Unicode.Scalar]
    private let now: Timestamp?
    private let clock: LocalClock
    private let bounds: FilterBounds
    private var place = 0
    private var depth = 0
    private var count = 0

    /// Without a `now` moments are absolute.
    init(_ text: String, now: Timestamp?, clock: LocalClock, bounds: FilterBounds) {
        self.bounds = bounds
        scalars = Array(text.unicodeScalars)
        self.now = now
        self.clock = clock
    }

    mutating func parse() throws(FilterFault) -> EventExpression {
        skipSpace()
        if place == scalars.count { return .everything }
        let expression = try either()
        if place < scalars.count { throw fault("There is no ( that this ) closes; take it away.") }
        return expression
    }

    private mutating func either() throws(FilterFault) -> EventExpression {
        var parts = [try every()]
        while peek == "|" {
            place += 1
            parts.append(try every())
        }
        return .either(parts)
    }

    private mutating func every() throws(FilterFault) -> EventExpression {
        var parts: [EventExpression] = []
        skipSpace()
        while let next = peek, next != "|", next != ")" {
            parts.append(try unary())
            skipSpace()
        }
        guard !parts.isEmpty else {
            switch peek {
            case "|": throw fault("Nothing stands before this |; write a | b.")
            case ")": throw fault("Nothing stands before this ); write a term there.")
            default: throw fault("Something is missing here; write a term, or take away what stands before.")
            }
        }
        return .every(parts)
    }

    private mutating func unary() throws(FilterFault) -> EventExpression {
        switch peek {
        case "-":
            let start = place
            try enter()
            place += 1
            guard let next = peek, !next.properties.isWhitespace, next != "|", next != ")" else {
                throw FilterFault(start..<place, "A - stands right before what it leaves out: -state:dead.")
            }
            let part = try unary()
            depth -= 1
            return .not(part)
        case "(":
            let start = place
            try enter()
            place += 1
            let part = try either()
            guard peek == ")" else { throw FilterFault(start..<(start + 1), "This ( is not closed; add a ).") }
            place += 1
            depth -= 1
            return part
        default: return try term()
        }
    }

    private mutating func enter() throws(FilterFault) {
        depth += 1
        if depth > bounds.depth {
            throw fault("More than \(bounds.depth) groups stand inside one another; write it flatter.")
        }
    }

    /// Of a term that is near a known one that is named alone; of others, all are.
    private static func unknown(_ key: String) -> String {
        let names = FilterTerm.allCases.map(\.rawValue)
        let hint =
            NearWord.find(key, among: names, for: .refusal).map { "did you mean \($0):? If not," }
            ?? "use \(names.joined(separator: ", ")), or"
        return "“\(key.prefix(60).visible):” is not known; \(hint) put the words into quotes to look for them."
    }

    private mutating func term() throws(FilterFault) -> EventExpression {
        let start = place
        if let key = key() {
            guard let term = FilterTerm(rawValue: key.lowercased()) else {
                throw FilterFault(start..<(place - 1), Self.unknown(key))
            }
            var values = [try value(of: term)]
            while peek == "," {
                place += 1
                values.append(try value(of: term))
            }
            return .term(try FilterValues(term: term, now: now, clock: clock).read(values))
        }
        let word = try part(isWord: true)
        try counted(word.range)
        guard let search = WordSearch(word.text) else {
            throw FilterFault(
                word.range,
                "“\(word.text.prefix(60).visible)” has no letter and no digit; write a word that stands in the record."
            )
        }
        return .term(.words(search))
    }

    /// The name before a colon, which is stepped over.
    private mutating func key() -> String? {
        var end = place
        while end < scalars.count, scalars[end].isASCII, scalars[end].properties.isAlphabetic { end += 1 }
        guard end > place, end < scalars.count, scalars[end] == ":" else { return nil }
        let key = text(place..<end)
        place = end + 1
        return key
    }

    private mutating func value(of term: FilterTerm) throws(FilterFault) -> FilterValue {
        let value = try part(isWord: false)
        guard !value.text.isEmpty else {
            throw FilterFault(value.range, "\(term.rawValue): needs a value, like \(term.example).")
        }
        try counted(value.range)
        return value
    }

    private mutating func counted(_ range: Range<Int>) throws(FilterFault) {
        count += 1
        if count > bounds.values {
            throw FilterFault(range, "There are more than \(bounds.values.grouped) values; leave some out.")
        }
    }

    /// A text in quotes, or what stands up to the next white space or sign.
    private mutating func part(isWord: Bool) throws(FilterFault) -> FilterValue {
        let start = place
        guard peek == "\"" else {
            while let next = peek, !Self.ends(next), isWord || next != "," { place += 1 }
            return FilterValue(text: text(start..<place), range: start..<place)
        }
        place += 1
        var text = String.UnicodeScalarView()
        while let next = peek, next != "\"" {
            if next == "\\", place + 1 < scalars.count { place += 1 }
            text.append(scalars[place])
            place += 1
        }
        guard peek == "\"" else {
            throw FilterFault(start..<scalars.count, "This \" is not closed; add one at the end of the words.")
        }
        place += 1
        if peek == "*" {
            place += 1
            text.append("*")
        }
        return FilterValue(text: String(text), range: start..<place)
    }

    private static func ends(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "|" || scalar == "(" || scalar == ")" || scalar == "\""
    }

    private func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    private var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func skipSpace() { while let next = peek, next.properties.isWhitespace { place += 1 } }

    private func fault(_ reason: String) -> FilterFault {
        FilterFault(place..<min(place + 1, scalars.count), reason)
    }
}

/// What stands behind a colon, without quotes.
struct FilterValue {
    let text: String
    let range: Range<Int>
}
