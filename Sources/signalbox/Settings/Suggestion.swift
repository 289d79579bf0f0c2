/// Finds what somebody probably meant.
enum Suggestion {
    /// The candidate with the fewest edits, if they are few for a word of that length.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let word = Array(word.lowercased().prefix(40))
        let ranked = candidates.map { ($0, distance(word, Array($0.lowercased()))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(2, word.count / 3) ? best.0 : nil
    }

    /// Levenshtein's distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (character == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
