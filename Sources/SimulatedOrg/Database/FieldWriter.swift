import Primitives

/// Checks the members of a request body against the fields and puts them into a row.
struct FieldWriter {
    let tables: [Table]
    let type: ObjectType
    let isInsert: Bool

    func apply(_ members: [JSON.Member], to values: inout [Value]) throws(ServiceError) {
        for member in members where member.name != "attributes" {
            guard let field = type.field(member.name) else {
                throw ServiceError(
                    400,
                    "INVALID_FIELD",
                    "No such column '\(member.name)' on sobject of type \(type.name)"
                )
            }
            guard isInsert ? field.isCreateable : field.isUpdateable, case .column(let column) = field.source else {
                throw ServiceError(
                    400,
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    "Unable to create/update fields: \(field.name). Please check the security settings of this field "
                        + "and verify that it is read/write for your profile or permission set.",
                    fields: [field.name]
                )
            }
            values[column] = try value(member.value, for: field)
        }
        let missing = type.fields.filter { field in
            guard field.isRequired, case .column(let column) = field.source else { return false }
            return values[column] == .null
        }
        guard missing.isEmpty else {
            let names = missing.map(\.name)
            throw ServiceError(
                400,
                "REQUIRED_FIELD_MISSING",
                "Required fields are missing: [\(names.joined(separator: ", "))]",
                fields: names
            )
        }
    }

    private func value(_ json: JSON, for field: Field) throws(ServiceError) -> Value {
        switch (field.type, json) {
        case (_, .null): return .null
        case (.boolean, .bool(let flag)): return .bool(flag)
        case (.int, .number(let spelling)): if let value = Int(spelling) { return .integer(value) }
        case (.currency, .number(let spelling)), (.double, .number(let spelling)), (.percent, .number(let spelling)):
            if let value = Double(spelling), value.isFinite { return .number(value) }
        case (.date, .string(let text)): if let days = StampFormat.days(String(text.prefix(10))) { return .date(days) }
        case (.datetime, .string(let text)): if let stamp = StampFormat.stamp(text) { return .instant(stamp) }
        case (.reference, .string(let text)): return try reference(text, field)
        case (_, .string(let text)) where field.type.isText: return try checked(text, field)
        case (_, .number(let spelling)) where field.type.isText: return .text(spelling)
        default: break
        }
        let kind =
            switch json {
            case .null: "VALUE_NULL"
            case .bool: "VALUE_TRUE"
            case .number: "VALUE_NUMBER_INT"
            case .string: "VALUE_STRING"
            case .array: "START_ARRAY"
            case .object: "START_OBJECT"
            }
        throw ServiceError(
            400,
            "JSON_PARSER_ERROR",
            "Cannot deserialize instance of \(field.type.rawValue) from \(kind) value or request may be missing a "
                + "required field at [line:1, column:2]"
        )
    }

    private func checked(_ text: String, _ field: Field) throws(ServiceError) -> Value {
        if text.isEmpty { return .null }
        if field.length > 0, text.unicodeScalars.count > field.length {
            throw ServiceError(
                400,
                "STRING_TOO_LONG",
                "\(field.label): data value too large: \(text.prefix(255)) (max length=\(field.length))",
                fields: [field.name]
            )
        }
        if field.type == .email {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.contains(" ") else {
                throw ServiceError(
                    400,
                    "INVALID_EMAIL_ADDRESS",
                    "\(field.label): invalid email address: \(text)",
                    fields: [field.name]
                )
            }
        }
        return .text(text)
    }

    private func reference(_ text: String, _ field: Field) throws(ServiceError) -> Value {
        if text.isEmpty { return .null }
        guard let id = RecordID.normalised(text) else {
            throw ServiceError(
                400,
                "MALFORMED_ID",
                "\(field.label): id value of incorrect type: \(text)",
                fields: [field.name]
            )
        }
        for target in field.referenceTo {
            guard let table = StandardObjects.index(of: target) else { continue }
            if let row = tables[table].row(id: id) {
                guard !row.isDeleted else {
                    throw ServiceError(400, "ENTITY_IS_DELETED", "entity is deleted", fields: [])
                }
                return .text(id)
            }
        }
        throw ServiceError(
            400,
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            fields: [field.name]
        )
    }
}
