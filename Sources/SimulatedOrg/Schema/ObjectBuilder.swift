import Primitives

/// Builds an object type field by field, giving each stored field its position.
struct ObjectBuilder {
    private(set) var fields: [Field] = []
    private var columns = 0

    /// Starts with the fields that every business object has.
    init(systemFields: Bool = true) {
        fields.append(system("Id", "Record ID", .id, .id, length: 18))
        guard systemFields else { return }
        fields.append(system("IsDeleted", "Deleted", .boolean, .isDeleted))
    }

    /// Adds a stored field.
    mutating func add(
        _ name: String,
        _ label: String,
        _ type: FieldType,
        length: Int = 0,
        required: Bool = false,
        name isNameField: Bool = false,
        defaulted: Bool = false,
        external: Bool = false,
        readOnly: Bool = false,
        picklist: [String] = [],
        to referenceTo: String? = nil,
        as relationshipName: String? = nil
    ) {
        var field = Field(name: name, label: label, type: type, source: .column(columns))
        columns += 1
        field.length = length == 0 ? Self.defaultLength(type) : length
        field.isNillable = !required && !defaulted
        field.isNameField = isNameField
        field.isDefaultedOnCreate = defaulted
        field.isExternalID = external
        field.isCreateable = !readOnly
        field.isUpdateable = !readOnly
        // Long text can be read but not searched.
        field.isFilterable = !(type == .textarea && field.length > 255)
        field.picklist = picklist
        field.referenceTo = referenceTo.map { [$0] } ?? []
        field.relationshipName = relationshipName
        if type == .currency { (field.precision, field.scale) = (18, 2) }
        if type == .double || type == .percent { (field.precision, field.scale) = (18, 2) }
        fields.append(field)
    }

    /// Adds a field that is worked out from stored ones.
    mutating func add(_ name: String, _ label: String, _ type: FieldType, formula: Formula, name isName: Bool = false) {
        var field = Field(name: name, label: label, type: type, source: .formula(formula))
        (field.isCreateable, field.isUpdateable, field.isNameField) = (false, false, isName)
        field.length = type.isText ? 255 : 0
        if type == .currency { (field.precision, field.scale) = (18, 2) }
        fields.append(field)
    }

    /// The stored position of a field that was added before.
    func column(_ name: String) -> Int {
        for field in fields where field.name == name {
            if case .column(let column) = field.source { return column }
        }
        return 0
    }

    /// Closes with the stamps that every business object has.
    mutating func addStamps(mergeable: Bool = false) {
        if mergeable {
            var master = system("MasterRecordId", "Master Record ID", .reference, .master, length: 18)
            master.isNillable = true
            fields.append(master)
        }
        fields.append(system("CreatedDate", "Created Date", .datetime, .created))
        fields.append(system("CreatedById", "Created By ID", .reference, .createdBy, length: 18, user: "CreatedBy"))
        fields.append(system("LastModifiedDate", "Last Modified Date", .datetime, .modified))
        fields.append(
            system(
                "LastModifiedById",
                "Last Modified By ID",
                .reference,
                .modifiedBy,
                length: 18,
                user: "LastModifiedBy"
            )
        )
        fields.append(system("SystemModstamp", "System Modstamp", .datetime, .stamp))
    }

    private func system(
        _ name: String,
        _ label: String,
        _ type: FieldType,
        _ source: FieldSource,
        length: Int = 0,
        user relationship: String? = nil
    ) -> Field {
        var field = Field(name: name, label: label, type: type, source: source, length: length)
        (field.isNillable, field.isCreateable, field.isUpdateable) = (false, false, false)
        field.isDefaultedOnCreate = true
        field.relationshipName = relationship
        field.referenceTo = relationship == nil ? [] : ["User"]
        return field
    }

    private static func defaultLength(_ type: FieldType) -> Int {
        switch type {
        case .id, .reference: 18
        case .string, .url, .picklist: 255
        case .email: 80
        case .phone: 40
        case .textarea: 32_000
        default: 0
        }
    }
}
