package import Primitives

extension JSON {
    /// Whether one of a record's texts is wanted; they are handed over in order, until one is. Words are looked for in these
    /// alone: texts, numbers and flags at any depth, never the names of fields, and not `attributes`, which says only where
    /// the record is.
    package func hasSearchedText(_ isWanted: (String) -> Bool) -> Bool {
        switch self {
        case .string(let text): isWanted(text)
        case .number(let digits): isWanted(digits)
        case .bool(let flag): isWanted(flag ? "true" : "false")
        case .array(let elements): elements.contains { $0.hasSearchedText(isWanted) }
        case .object(let members): members.contains { $0.name != "attributes" && $0.value.hasSearchedText(isWanted) }
        case .null: false
        }
    }
}
