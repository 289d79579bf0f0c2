package import Primitives

extension FoldedText {
    /// The texts of a record in which words are looked for, a mark between two of them: texts, numbers and flags at any depth,
    /// never the names of fields, and not `attributes`, which says only where the record is.
    package init(valuesOf record: JSON, keeping longest: Int = .max) {
        self.init(keeping: longest)
        add(valuesOf: record)
    }

    private mutating func add(valuesOf json: JSON) {
        switch json {
        case .string(let text): addValue(text)
        case .number(let digits): addValue(digits)
        case .bool(let flag): addValue(flag ? "true" : "false")
        case .array(let elements): for element in elements { add(valuesOf: element) }
        case .object(let members):
            for member in members where member.name != "attributes" { add(valuesOf: member.value) }
        case .null: break
        }
    }
}
