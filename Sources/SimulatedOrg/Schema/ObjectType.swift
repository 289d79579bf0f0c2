import Primitives

/// One object of the org's schema.
struct ObjectType: Sendable {
    let name: String
    let label: String
    let labelPlural: String
    let keyPrefix: String
    let fields: [Field]
    /// How many stored values a row has.
    let columnCount: Int
    /// Whether rows can be written, replicated and watched; false for the org's own User and Organization.
    let isBusinessObject: Bool
    /// Whether the org begins with records of it and random activity touches it.
    let isBusy: Bool
    /// The field whose parent's deletion takes the row along, if there is one.
    let cascadeField: String?
    let isMergeable: Bool
    private let positions: [String: Int]

    init(
        name: String,
        label: String,
        labelPlural: String,
        keyPrefix: String,
        fields: [Field],
        isBusinessObject: Bool = true,
        isBusy: Bool = true,
        cascadeField: String? = nil,
        isMergeable: Bool = false
    ) {
        self.name = name
        self.label = label
        self.labelPlural = labelPlural
        self.keyPrefix = keyPrefix
        self.fields = fields
        self.isBusinessObject = isBusinessObject
        self.isBusy = isBusinessObject && isBusy
        self.cascadeField = cascadeField
        self.isMergeable = isMergeable
        var columnCount = 0
        var positions: [String: Int] = [:]
        for (index, field) in fields.enumerated() {
            positions[field.name.lowercased()] = index
            if case .column(let column) = field.source { columnCount = max(columnCount, column + 1) }
        }
        self.columnCount = columnCount
        self.positions = positions
    }

    var isCustom: Bool { name.hasSuffix("__c") }

    /// The field of this name, whatever its case.
    func field(_ name: String) -> Field? {
        positions[name.lowercased()].map { fields[$0] }
    }

    /// The reference field behind a relationship name such as `Owner` or `Account__r`.
    func reference(_ relationship: String) -> Field? {
        let wanted = relationship.lowercased()
        return fields.first { $0.relationshipName?.lowercased() == wanted }
    }

    /// The stored position of this field, or nil when it isn't stored or unknown.
    func column(_ name: String) -> Int? {
        guard let field = field(name), case .column(let column) = field.source else { return nil }
        return column
    }
}
