import Primitives

/// One field that differs between two states of a record; values are JSON texts, nil where the field was absent.
package struct FieldChange: Sendable, Hashable {
    package let name: String
    package let old: String?
    package let new: String?

    package init(name: String, old: String?, new: String?) {
        self.name = name
        self.old = old
        self.new = new
    }
}

extension RecordFields {
    /// Members that say nothing about what the record holds: `attributes` is an address, the others move by looking at it.
    package static let volatileNames: Set<String> = [
        "Id", "attributes", "SystemModstamp", "LastViewedDate", "LastReferencedDate",
    ]

    /// Members that every write moves by itself: they show that there was one, and are none of what it wrote.
    package static let bookkeepingNames: Set<String> = [
        "IsDeleted", "LastModifiedDate", "LastModifiedById", "LastModifiedBy", "SystemModstamp", "LastCURequestDate",
        "LastCUUpdateDate",
    ]

    /// What differs in `new`, in the order of its fields.
    ///
    /// Null and absent are the same. With `partial`, fields that `new` lacks are taken as unchanged: Apex leaves out null
    /// and relationship fields, so their absence says nothing.
    package func changes(to new: RecordFields, partial: Bool) -> [FieldChange] {
        var changes: [FieldChange] = []
        var places = FieldPositions(of: self)
        for field in new.fields {
            let place = places.position(of: field.name)
            let old = place.map { fields[$0].raw }
            if old?.hasSameBytes(as: field.raw) ?? field.isNull || Self.volatileNames.contains(field.name) { continue }
            // The other source never showed this field: no evidence that it changed.
            if partial, old == nil, !fields.isEmpty, !Self.comparable(field.raw) { continue }
            if !Self.same(old ?? "null", field.raw) {
                changes.append(FieldChange(name: field.name, old: old, new: field.raw))
            }
        }
        if !partial, !places.areAllFound {
            let named = Set(new.fields.map(\.name))
            for field in fields where !field.isNull && !named.contains(field.name) {
                if Self.volatileNames.contains(field.name) { continue }
                changes.append(FieldChange(name: field.name, old: field.raw, new: nil))
            }
        }
        return changes
    }

    /// Nested values (addresses, parents) are spelled differently by REST and Apex.
    private static func comparable(_ raw: String) -> Bool { !isContainer(raw) }

    private static func isContainer(_ raw: String) -> Bool { raw.utf8.first == 0x7B || raw.utf8.first == 0x5B }

    private static func isText(_ raw: String) -> Bool { raw.utf8.first == 0x22 }

    private static func same(_ old: String, _ new: String) -> Bool {
        if old.hasSameBytes(as: new) { return true }
        if let isSame = JSONText.sameNumber(old, new) { return isSame }
        // Where one source writes texts for everything (XML), or where the field's type was changed, what the text
        // spells is compared: neither is a change of the record.
        if isText(old) != isText(new), let first = untyped(old), let second = untyped(new) {
            return JSONText.sameNumber(first, second) ?? first.hasSameBytes(as: second)
        }
        if isMoment(old), isMoment(new), let first = moment(old), first == moment(new) { return true }
        if isText(old), isText(new) { return JSONText.sameString(old, new) }
        if isContainer(old) {
            guard let first = try? JSON(parsing: old), let second = try? JSON(parsing: new) else { return false }
            return first == second
        }
        return false
    }

    /// The text of a scalar; nil for null and containers.
    private static func untyped(_ raw: String) -> String? {
        switch raw.utf8.first {
        case 0x7B, 0x5B, 0x6E, nil: nil
        case 0x22: (try? JSON(parsing: raw))?.string
        default: raw
        }
    }

    /// A whole `"2026-11-23T18:00:00.000+0000"` or `"2026-11-23T18:00:00Z"`; looked at by bytes, as every field is.
    private static func isMoment(_ raw: String) -> Bool {
        let bytes = raw.utf8
        guard (22...32).contains(bytes.count), bytes.first == 0x22 else { return false }
        let start = bytes.dropFirst(5).prefix(7)
        return start.first == 0x2D && start.last == 0x54
    }

    private static func moment(_ raw: String) -> Timestamp? {
        Timestamp(parsing: Substring(raw.utf8.dropFirst().dropLast()))
    }
}

extension RecordFields {
    /// These fields, untyped texts spelled as `known` spells them, so that the ledger keeps the org's own types.
    package func spelled(like known: RecordFields) -> RecordFields {
        let before = Dictionary(known.fields.map { ($0.name, $0.raw) }, uniquingKeysWith: { $1 })
        return RecordFields(
            fields.map { field in
                guard Self.isText(field.raw), let old = before[field.name], old != field.raw else { return field }
                if Self.same(old, field.raw) { return Field(name: field.name, raw: old) }
                guard let text = Self.untyped(field.raw), let kind = old.first, kind != "\"", old != "null",
                    let value = try? JSON(parsing: text)
                else { return field }
                switch value {
                case .number where kind == "-" || kind.isNumber: return Field(name: field.name, raw: text)
                case .bool where kind == "t" || kind == "f": return Field(name: field.name, raw: text)
                default: return field
                }
            }
        )
    }
}

extension [FieldChange] {
    /// The change where it is one alone and a list has room for it.
    package var brief: FieldChange? {
        guard count == 1, let change = first, change.name.utf8.count <= 100,
            (change.old?.utf8.count ?? 0) + (change.new?.utf8.count ?? 0) <= 400
        else { return nil }
        return change
    }
}
