package import Domain
import Primitives

/// The changed fields of an event as columns: the names alone for lists, all of it for the detail. Null where the former
/// fields weren't known, so that nothing was compared; events of before this was told apart have null for none as well.
package enum ChangedFields {
    /// Stands in no API name.
    private static let separator: Character = "\u{1F}"
    private static let separatorByte: UInt8 = 0x1F

    package static func names(_ changes: [FieldChange]) -> String {
        changes.map(\.name).joined(separator: String(separator))
    }

    /// A name as `char(31) || column || char(31)` holds it.
    package static func enclosed(_ name: String) -> String { "\(separator)\(name)\(separator)" }

    /// By bytes: a page of a list reads hundreds of names, and to look for characters takes longer than all else of it.
    package static func names(_ column: String?) -> [String] {
        column.map { $0.utf8.split(separator: separatorByte).map { String(Substring($0)) } } ?? []
    }

    /// `[["Email","\"old\"",null],["Name","\"A\""],…]`: values as JSON texts inside strings, so that absent and null stay
    /// apart. Of several changes, those whose new value is the next of its name in the event's record go without it; of one
    /// alone, lists show it without reading the record.
    package static func text(_ changes: [FieldChange], beside record: RecordFields) -> String {
        func value(_ raw: String?) -> JSON { raw.map { .string($0) } ?? .null }
        var rest = changes.count > 1 ? record.fields[...] : []
        let items = changes.map { change -> JSON in
            let old = [.string(change.name), value(change.old)]
            guard let place = rest.firstIndex(where: { $0.name == change.name }),
                let new = change.new, rest[place].raw.hasSameBytes(as: new)
            else { return .array(old + [value(change.new)]) }
            rest = rest[(place + 1)...]
            return .array(old)
        }
        return JSON.array(items).text
    }

    package static func parse(_ column: String?, beside record: String) -> [FieldChange] {
        guard let column, let list = (try? JSON(parsing: column))?.array else { return [] }
        let items = list.compactMap(\.array)
        var rest: ArraySlice<RecordFields.Field> = []
        if items.contains(where: { $0.count == 2 }) { rest = ((try? RecordFields(parsing: record))?.fields ?? [])[...] }
        return items.compactMap { parts in
            guard (2...3).contains(parts.count), let name = parts[0].string else { return nil }
            if parts.count == 3 { return FieldChange(name: name, old: parts[1].string, new: parts[2].string) }
            guard let place = rest.firstIndex(where: { $0.name == name }) else { return nil }
            defer { rest = rest[(place + 1)...] }
            return FieldChange(name: name, old: parts[1].string, new: rest[place].raw)
        }
    }

    /// The change of an event that made no other, where a list has room for it.
    package static func brief(_ column: String?) -> FieldChange? { parse(column, beside: "").brief }
}
