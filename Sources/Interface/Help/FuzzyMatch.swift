/// Finds the letters of a query in order, and prefers runs and starts of words.
enum FuzzyMatch {
    /// As `score`, or as if the title had one of the other words, which counts a little less: of these only beginnings are
    /// found, as letters here and there in them would find everything.
    static func score(_ query: String, in text: String, or words: String) -> Int? {
        let wanted = query.lowercased()
        let others = words.split(separator: " ").filter { $0.hasPrefix(wanted) }
        return (others.map { score(query, in: String($0)).map { $0 - 1 } } + [score(query, in: text)]).compactMap(
            \.self
        ).max()
    }

    /// Nil if the letters aren't all there; higher is better.
    static func score(_ query: String, in text: String) -> Int? {
        let letters = Array(text.lowercased())
        var score = 0
        var position = 0
        var run = 0
        for letter in query.lowercased() where !letter.isWhitespace {
            guard let found = letters[position...].firstIndex(of: letter) else { return nil }
            run = found == position ? run + 1 : 1
            let startsWord = found == 0 || !letters[found - 1].isLetter
            score += run * 2 + (startsWord ? 5 : 0) - min(3, found - position)
            position = found + 1
        }
        return score
    }
}
