/// Words that follow one another in one value, the last one perhaps only begun: `Acme`, `"Ada L*"`.
package struct WordSearch: Sendable, Hashable {
    private let text: FoldedText
    /// The last word may go on.
    package let isPrefix: Bool

    /// Nil if no letter or digit stands in the text. A star at its end makes the last word a prefix.
    package init?(_ text: some StringProtocol) {
        self.text = FoldedText(text)
        isPrefix = text.unicodeScalars.last == "*"
        if self.text.isEmpty { return nil }
    }

    /// Reads what `description` gave.
    package init?(printed text: String) { self.init(text.hasSuffix("\"") ? text.dropLast() : text[...]) }

    /// Folded; at least one.
    package var words: [String] { text.words }

    /// Whether one text holds them.
    package func matches(_ text: some StringProtocol) -> Bool { isHeld(by: FoldedText(text)) }

    /// Whether a record's name or one of its values holds them.
    package func matches(record: String, name: String?) -> Bool {
        if let name, matches(name) { return true }
        // A look at the spelling is enough to know that a record doesn't hold them, as it is for nearly all of them.
        if let spelling = FoldedText(spelling: record), !isHeld(by: spelling) { return false }
        return FoldedText(valuesOfSpelling: record).map(isHeld(by:)) ?? false
    }

    private func isHeld(by other: FoldedText) -> Bool { other.holds(text, isPrefix: isPrefix) }
}
