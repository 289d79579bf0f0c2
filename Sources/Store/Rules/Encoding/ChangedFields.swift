package import Domain
import Primitives

/// The changed fields of an event as columns: the names alone for lists, all of it for the detail. Null where the former
/// fields weren't known, so that nothing was compared; events of before this was told apart have null for none as well.
package enum ChangedFields {
    /// Stands in no API name.
    private static let separator: Character = "\u{1F}"

    package static func names(_ changes: [FieldChange]) -> String {
        changes.map(\.name).joined(separator: String(separator))
    }

    /// A name as `char(31) || column || char(31)` holds it.
    package static func enclosed(_ name: String) -> String { "\(separator)\(name)\(separator)" }

    package static func names(_ column: String?) -> [String] {
        column.map { $0.split(separator: separator).map(String.init) } ?? []
    }

    /// `[["Email","\"old\"",null],…]`: values as JSON texts inside strings, so that absent and null stay apart.
    package static func text(_ changes: [FieldChange]) -> String {
        func value(_ raw: String?) -> JSON { raw.map { .string($0) } ?? .null }
        return JSON.array(changes.map { .array([.string($0.name), value($0.old), value($0.new)]) }).text
    }

    package static func parse(_ column: String?) -> [FieldChange] {
        guard let column, let list = (try? JSON(parsing: column))?.array else { return [] }
        return list.compactMap { item in
            guard let parts = item.array, parts.count == 3, let name = parts[0].string else { return nil }
            return FieldChange(name: name, old: parts[1].string, new: parts[2].string)
        }
    }
}
