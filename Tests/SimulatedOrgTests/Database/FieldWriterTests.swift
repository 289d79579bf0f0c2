import Primitives
import Testing

@testable import SimulatedOrg

struct FieldWriterTests {
    private func written(
        _ object: String,
        _ members: [JSON.Member],
        isInsert: Bool = false
    ) throws(ServiceError) -> (String) -> Value? {
        let tables = StandardObjects.all.map { Table(type: $0) }
        let type = tables[StandardObjects.index(of: object) ?? 0].type
        var values = [Value](repeating: .null, count: type.columnCount)
        if !isInsert, let name = type.column(object == "Account" ? "Name" : "LastName") {
            values[name] = .text("Vogel")
        }
        try FieldWriter(tables: tables, type: type, isInsert: isInsert).apply(members, to: &values)
        return { field in type.column(field).map { values[$0] } }
    }

    @Test(
        arguments: [
            ("Account", "Name", "Nimbus", .text("Nimbus")), ("Account", "name", 12, .text("12")),
            ("Account", "Phone", "", .null), ("Account", "Phone", .null, .null),
            ("Account", "NumberOfEmployees", 12, .integer(12)), ("Account", "AnnualRevenue", 12, .number(12)),
            ("Account", "AnnualRevenue", .number("12.5"), .number(12.5)),
            ("Contact", "Birthdate", "1990-02-28", .date(7_363)),
            ("Contact", "Email", "ida@nimbus.example", .text("ida@nimbus.example")),
            ("Contact", "AccountId", "", .null),
        ] as [(String, String, JSON, Value)]
    )
    func `A member becomes its field's kind of value`(object: String, field: String, json: JSON, value: Value) throws {
        let values = try written(object, [.init(field, json)])
        #expect(values(field) == value)
    }

    @Test(
        arguments: [
            ("Account", "Nope", "x", "INVALID_FIELD"), ("Account", "Id", "x", "INVALID_FIELD_FOR_INSERT_UPDATE"),
            ("Account", "SystemModstamp", "x", "INVALID_FIELD_FOR_INSERT_UPDATE"),
            ("Account", "Name", .null, "REQUIRED_FIELD_MISSING"), ("Account", "Name", true, "JSON_PARSER_ERROR"),
            ("Account", "Name", ["a"], "JSON_PARSER_ERROR"), ("Account", "Name", ["a": 1], "JSON_PARSER_ERROR"),
            ("Account", "NumberOfEmployees", .number("1.5"), "JSON_PARSER_ERROR"),
            ("Account", "NumberOfEmployees", .number("99999999999999999999"), "JSON_PARSER_ERROR"),
            ("Account", "AnnualRevenue", .number("1e999"), "JSON_PARSER_ERROR"),
            ("Account", "ParentId", "x", "MALFORMED_ID"),
            ("Account", "ParentId", "001Hs00000000zzAAA", "INVALID_CROSS_REFERENCE_KEY"),
            ("Contact", "Birthdate", "1990-02-30", "JSON_PARSER_ERROR"),
            ("Contact", "Email", "a@b@c", "INVALID_EMAIL_ADDRESS"), ("Contact", "Email", "@c", "INVALID_EMAIL_ADDRESS"),
            ("Contact", "FirstName", .string(String(repeating: "ü", count: 41)), "STRING_TOO_LONG"),
        ] as [(String, String, JSON, String)]
    )
    func `A member that doesn't fit is refused by code`(object: String, field: String, json: JSON, code: String) {
        let error = #expect(throws: ServiceError.self) { try written(object, [.init(field, json)]) }
        #expect(error?.code == code)
        #expect(error?.status == 400)
    }

    @Test func `A new row names all required fields that it lacks`() {
        let error = #expect(throws: ServiceError.self) { try written("Lead", [], isInsert: true) }
        #expect(error?.message == "Required fields are missing: [LastName, Company]")
        #expect(error?.fields == ["LastName", "Company"])
    }
}
