package import Domain

/// What an index of words keeps of an event: its words in order, with a mark between two values so that no phrase reaches from
/// one into the next, and what kind of event it is, so that words that are common elsewhere cost nothing here.
package struct IndexedWords: Sendable, Hashable {
    /// Words of the record's name, parted by blanks.
    package let name: String
    /// Words of the record's values, parted by blanks.
    package let values: String
    package let kind: String

    /// Bytes of a word that are kept; the rest of what no person types, as an attachment is, only costs space.
    static let longestKept = 96
    /// Bytes of a word that can be asked for: one that was cut is never taken for it.
    package static let longestAsked = longestKept - 4

    package init(instance: InstanceID, object: Int64, change: Change, name: String?, record: String) {
        self.name = FoldedText(name ?? "", keeping: Self.longestKept).text
        values = FoldedText(valuesOfSpelling: record, keeping: Self.longestKept)?.text ?? ""
        kind = [Self.word(instance: instance), Self.word(object: object), Self.word(change)].joined(separator: " ")
    }

    package static func word(instance: InstanceID) -> String { "\(FoldedText.mark)i\(instance)" }
    package static func word(object: Int64) -> String { "\(FoldedText.mark)o\(object)" }
    package static func word(_ change: Change) -> String { "\(FoldedText.mark)c\(change.code)" }
}
