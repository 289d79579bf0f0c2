import Domain

extension WordQuery {
    /// The query as FTS5 reads it. Words are in quotes, and hold none.
    var matchText: String { unwanted.isEmpty ? wantedText : "(\(wantedText)) NOT (\(unwantedText))" }

    /// The same without what is unwanted.
    var wantedText: String {
        var parts = wanted.map(Self.text)
        parts += Self.either(instances.sorted().map { IndexedWords.word(instance: $0) })
        parts += Self.either(objects.sorted().map { IndexedWords.word(object: $0) })
        parts += Self.either(changes.sorted { $0.code < $1.code }.map { IndexedWords.word($0) })
        if parts.isEmpty { parts += Self.either(wordsOfAll) }
        return parts.joined(separator: " AND ")
    }

    /// What is unwanted alone.
    var unwantedText: String { unwanted.map(Self.text).joined(separator: " OR ") }

    /// Each event has an instance and a change, so that there is something to take the unwanted ones from. One list is gone
    /// through sooner than three are merged.
    private var wordsOfAll: [String] {
        if let onlyInstance { return [IndexedWords.word(instance: onlyInstance)] }
        return Change.allCases.map { IndexedWords.word($0) }
    }

    /// One word of these, as a part of its own.
    private static func either(_ words: [String]) -> [String] {
        words.isEmpty ? [] : ["(\(words.map { "\"\($0)\"" }.joined(separator: " OR ")))"]
    }

    private static func text(_ clause: Clause) -> String {
        let alternatives = clause.map { phrases in "(\(phrases.map(text).joined(separator: " AND ")))" }
        return "(\(alternatives.joined(separator: " OR ")))"
    }

    private static func text(_ phrase: Phrase) -> String {
        let words = "\"\(phrase.search.words.joined(separator: " "))\""
        return (phrase.isInName ? "name : " : "") + words + (phrase.search.isPrefix ? " *" : "")
    }
}
