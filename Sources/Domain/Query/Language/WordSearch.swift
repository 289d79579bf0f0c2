import Primitives

/// Words that follow one another in one value, the last one perhaps only begun: `Acme`, `"Ada L*"`.
package struct WordSearch: Sendable, Hashable {
    /// Folded; at least one.
    package let words: [String]
    /// The last word may go on.
    package let isPrefix: Bool

    /// Nil if no letter or digit stands in the text. A star at its end makes the last word a prefix.
    package init?(_ text: some StringProtocol) {
        words = FoldedWords(text).words
        isPrefix = text.unicodeScalars.last == "*"
        if words.isEmpty { return nil }
    }

    /// Reads what `description` gave.
    package init?(printed text: String) { self.init(text.hasSuffix("\"") ? text.dropLast() : text[...]) }

    /// Whether one text holds them.
    package func matches(_ text: some StringProtocol) -> Bool { matches(FoldedWords(text).words) }

    private func matches(_ found: [String]) -> Bool {
        guard let last = words.last, found.count >= words.count else { return false }
        for start in 0...(found.count - words.count) {
            let end = start + words.count - 1
            guard isPrefix ? found[end].utf8.starts(with: last.utf8) : found[end] == last else { continue }
            if found[start..<end].elementsEqual(words.dropLast()) { return true }
        }
        return false
    }

    /// Whether a record's name or one of its values holds them: texts, numbers and flags at any depth, never the names of
    /// fields, and not `attributes`, which says only where the record is.
    package func matches(record: String, name: String?) -> Bool {
        if let name, matches(name) { return true }
        guard mayStand(in: record), let json = try? JSON(parsing: record) else { return false }
        return json.hasSearchedText { matches($0) }
    }

    /// False where a look at the bytes is enough to know that a record doesn't hold them, as for nearly all of them it is.
    private func mayStand(in record: String) -> Bool {
        var bytes = Array(record.utf8)
        var isEscape = false
        for place in bytes.indices {
            let byte = bytes[place]
            // Accents and escaped letters are spelled in more than one way.
            if byte >= 0x80 || isEscape && byte == 0x75 { return true }
            isEscape = byte == 0x5C && !isEscape
            if (0x41...0x5A).contains(byte) { bytes[place] = byte | 0x20 }
        }
        return words.allSatisfy { bytes.firstRange(of: Array($0.utf8)) != nil }
    }
}
