import Domain

/// What can stand where the cursor of a filter is: names of terms, and values of the term that is being typed.
struct FilterCompletion: Sendable, Hashable {
    /// What the surroundings know of values.
    struct Known: Sendable, Hashable {
        var objects: [String] = []
        var fields: [String] = []
        var instances: [String] = []
    }

    /// What Tab puts in the place of `range`.
    struct Choice: Sendable, Hashable {
        let text: String
        /// What it means, for a person.
        let note: String
    }

    /// Characters of the text that a choice takes the place of.
    let range: Range<Int>
    /// In the order in which they are offered; empty where nothing is known.
    let choices: [Choice]

    /// More are never looked through by a person.
    private static let most = 40

    init(_ characters: [Character], cursor: Int, known: Known) {
        let end = min(max(0, cursor), characters.count)
        var start = end
        while start > 0, !Self.ends(characters[start - 1]) { start -= 1 }
        let word = String(characters[start..<end])
        guard let colon = word.firstIndex(of: ":") else {
            range = start..<end
            choices = Self.terms(word)
            return
        }
        let name = word[..<colon].lowercased()
        let values = word[word.index(after: colon)...]
        // Of several values the one that is being typed.
        let typed = values.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        range = (end - typed.count)..<end
        choices = FilterTerm(rawValue: name).map { Self.values(of: $0, typed, known) } ?? []
    }

    /// What ends a term; a sign before it is no part of its name.
    private static func ends(_ character: Character) -> Bool {
        character.isWhitespace || "()|\"".contains(character) || character == "-"
    }

    private static func terms(_ typed: String) -> [Choice] {
        FilterTerm.allCases.filter { $0.rawValue.hasPrefix(typed.lowercased()) }
            .map { Choice(text: $0.rawValue + ":", note: $0.help) }
    }

    private static func values(of term: FilterTerm, _ typed: String, _ known: Known) -> [Choice] {
        let all: [String] =
            switch term.values {
            case .words(let words): words
            case .objectNames: known.objects
            case .fieldNames: known.fields
            case .instanceNames: known.instances.map { $0.contains(where: \.isWhitespace) ? "\"\($0)\"" : $0 }
            case .status: ["2xx", "4xx", "5xx", "429", "500", "503"]
            case .number: [">1", ">3"]
            case .duration: [">1s", ">5s"]
            case .moment: ["15m", "1h", "24h", "7d"]
            case .recordID, .eventID, .searchWords, .text: []
            }
        let start = typed.lowercased()
        return all.filter { $0.lowercased().hasPrefix(start) && $0.count > typed.count }.prefix(most)
            .map { Choice(text: $0, note: "") }
    }
}
