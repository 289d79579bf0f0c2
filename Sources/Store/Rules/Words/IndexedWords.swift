package import Domain
import Primitives

/// What an index of words keeps of an event: its words in order, with a mark between two values so that no phrase reaches from
/// one into the next, and what kind of event it is, so that words that are common elsewhere cost nothing here.
package struct IndexedWords: Sendable, Hashable {
    /// Words of the record's name, parted by blanks.
    package let name: String
    /// Words of the record's values, parted by blanks.
    package let values: String
    package let kind: String

    /// Between two values. No word holds it, as it is neither a letter nor a digit.
    package static let mark = "_"
    /// Bytes of a word that are kept; the rest of what no person types, as an attachment is, only costs space.
    static let longestKept = 96
    /// Bytes of a word that can be asked for: one that was cut is never taken for it.
    package static let longestAsked = longestKept - 4

    package init(instance: InstanceID, object: Int64, change: Change, name: String?, record: String) {
        self.name = name.map { Self.text(FoldedWords($0).words) } ?? ""
        var values = ""
        if let json = try? JSON(parsing: record) {
            _ = json.hasSearchedText { text in
                let words = FoldedWords(text).words
                guard !words.isEmpty else { return false }
                if !values.isEmpty { values += " \(Self.mark) " }
                values += Self.text(words)
                return false
            }
        }
        self.values = values
        kind = [Self.word(instance: instance), Self.word(object: object), Self.word(change)].joined(separator: " ")
    }

    package static func word(instance: InstanceID) -> String { "\(mark)i\(instance)" }
    package static func word(object: Int64) -> String { "\(mark)o\(object)" }
    package static func word(_ change: Change) -> String { "\(mark)c\(change.code)" }

    private static func text(_ words: [String]) -> String { words.map(kept).joined(separator: " ") }

    private static func kept(_ word: String) -> String {
        guard word.utf8.count > longestKept else { return word }
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in word.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > longestKept { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}
