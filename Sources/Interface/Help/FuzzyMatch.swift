import Domain

/// Finds the letters of a query in order, or its words in any order, and prefers runs and starts of words. Case and accents
/// don't matter.
enum FuzzyMatch {
    /// More than any letters are worth.
    private static let whole = 100_000
    /// What a whole word is worth beside the beginning of one.
    private static let wholeWord = 4
    /// What it is worth that the text begins with a word.
    private static let first = 8
    /// What a letter loses where others stand before it, at most.
    private static let farthest = 3

    /// As `score`, or as if the title had one of the other words, which counts a little less: of these only beginnings are
    /// found, as letters here and there in them would find everything.
    static func score(_ query: String, in text: String, or words: String) -> Int? {
        let wanted = query.lowercased()
        let others = words.split(separator: " ").filter { $0.hasPrefix(wanted) }
        // A whole word is no whole title, but says more than one in the middle of a title does.
        let scores = others.map { score(query, in: "\($0) …").map { $0 - 1 } } + [score(query, in: text)]
        return scores.compactMap { $0 }.max()
    }

    /// Nil if neither the letters nor the words are all there; higher is better.
    static func score(_ query: String, in text: String) -> Int? {
        let text = folded(text)
        let words = query.split { $0.isWhitespace }.map { folded(String($0)) }
        let letters = words.flatMap { $0 }
        if letters == text.filter({ !$0.properties.isWhitespace }) { return whole }
        return [self.score(letters: letters, in: text), self.score(words: words, in: text)].compactMap { $0 }.max()
    }

    private static func folded(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.flatMap { FoldedScalar.scalars(of: $0) }
    }

    private static func startsWord(_ position: Int, in text: [Unicode.Scalar]) -> Bool {
        position == 0 || !text[position - 1].properties.isAlphabetic
    }

    private static func endsWord(_ position: Int, in text: [Unicode.Scalar]) -> Bool {
        position == text.count || !text[position].properties.isAlphabetic
    }

    private static func score(letters: [Unicode.Scalar], in text: [Unicode.Scalar]) -> Int? {
        var score = 0
        var position = 0
        var run = 0
        for letter in letters {
            guard let found = text[position...].firstIndex(of: letter) else { return nil }
            run = found == position ? run + 1 : 1
            score += run * 2 + (startsWord(found, in: text) ? 5 : 0) - min(farthest, found - position)
            position = found + 1
        }
        return score
    }

    /// Each word wherever it stands best.
    private static func score(words: [[Unicode.Scalar]], in text: [Unicode.Scalar]) -> Int? {
        var score = 0
        for word in words {
            guard word.count <= text.count else { return nil }
            let places = (0...text.count - word.count).filter { text[$0..<$0 + word.count].elementsEqual(word) }
            guard !places.isEmpty else { return nil }
            let starts = places.filter { startsWord($0, in: text) }
            let isWhole = starts.contains { endsWord($0 + word.count, in: text) }
            score +=
                word.count * (word.count + 1) + (starts.isEmpty ? -farthest : 5) + (isWhole ? wholeWord : 0)
                + (places.first == 0 ? first : 0)
        }
        return score
    }
}
