import Domain

/// What Tab puts at the cursor of a filter: names of terms, and values of the term that is being typed.
struct FilterOffers: Sendable, Hashable {
    /// What the surroundings know of values.
    struct Known: Sendable, Hashable {
        var objects: [String] = []
        var fields: [String] = []
        var instances: [String] = []
    }

    /// Characters of the text that a choice takes the place of.
    let range: Range<Int>
    /// In the order in which they are offered; empty where nothing is known.
    let choices: [String]
    /// What the term means, where a name is all that is left to choose.
    let note: String?
    /// Whether a name is being typed that could become a term's: it is not yet a word to look for.
    let isBeginningOfName: Bool

    /// More are never looked through by a person.
    private static let most = 40

    init(_ field: TextField, known: Known) {
        guard let completion = FilterCompletion(field.text, cursor: field.cursor) else {
            (range, choices, note, isBeginningOfName) = (field.cursor..<field.cursor, [], nil, false)
            return
        }
        let choices = completion.choices { Self.values($0, known) }
        range = completion.range
        // What is typed whole needs no offer.
        self.choices = Array(choices.filter { $0.count > completion.prefix.count }.prefix(Self.most))
        let isName = completion.kind == .name
        let term = isName && choices.count == 1 ? FilterTerm(rawValue: String(choices[0].dropLast())) : nil
        note = term?.help
        isBeginningOfName = isName && !completion.prefix.isEmpty && !choices.isEmpty
    }

    private static func values(_ values: FilterTerm.Values, _ known: Known) -> [String] {
        switch values {
        case .words(let words): words
        case .objectNames: known.objects
        case .fieldNames: known.fields
        case .instanceNames: known.instances.map { $0.contains(where: \.isWhitespace) ? "\"\($0)\"" : $0 }
        case .status: ["2xx", "4xx", "5xx", "429", "500", "503"]
        case .number: [">1", ">3"]
        case .duration: [">1s", ">5s"]
        case .moment: ["15m", "1h", "24h", "7d"] + TimeText.days
        case .recordID, .eventID, .searchWords, .text: []
        }
    }
}
