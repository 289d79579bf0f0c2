package import Domain

/// What the poller needs to know of an object, out of its describe.
package struct ObjectSchema: Sendable, Hashable {
    /// As the org spells it.
    package var name: String
    /// Fields that are read, in the org's order; compound, binary and unreadable kinds are left out.
    package var fields: [String]
    /// Formulas: computed on reading, so that a change of theirs alone is no change of the record.
    package var calculated: Set<String>
    /// The stamp that changes are found by; nil where there is none that can be filtered.
    package var stamp: String?
    package var isQueryable: Bool
    package var isReplicateable: Bool
    package var hasIsDeleted: Bool
    package var hasMaster: Bool
    package var hasCreatedDate: Bool

    package init(
        name: String,
        fields: [String],
        calculated: Set<String> = [],
        stamp: String? = "SystemModstamp",
        isQueryable: Bool = true,
        isReplicateable: Bool = true,
        hasIsDeleted: Bool = true,
        hasMaster: Bool = false,
        hasCreatedDate: Bool = true
    ) {
        self.name = name
        self.fields = fields
        self.calculated = calculated
        self.stamp = stamp
        self.isQueryable = isQueryable
        self.isReplicateable = isReplicateable
        self.hasIsDeleted = hasIsDeleted
        self.hasMaster = hasMaster
        self.hasCreatedDate = hasCreatedDate
    }

    /// Kinds of fields that a query can't return as a plain value.
    private static let unreadable: Set<String> = ["base64", "address", "location", "complexvalue"]
    /// Leaves room below the 100,000 characters that SOQL may have.
    private static let listLimit = 80_000

    /// Reads the answer of `/sobjects/X/describe`.
    package init(describe json: JSON) throws(SalesforceError) {
        guard let name = json["name"]?.string, let fields = json["fields"]?.array else {
            throw SalesforceError(.refused, "The org's description of the object can't be read.")
        }
        var names: [String] = []
        var calculated: Set<String> = []
        var filterable: Set<String> = []
        for field in fields {
            guard let field = Field(field), !Self.unreadable.contains(field.type) else { continue }
            names.append(field.name)
            if field.isCalculated { calculated.insert(field.name) }
            if field.isFilterable, field.isSortable { filterable.insert(field.name) }
        }
        let stamps = ["SystemModstamp", "LastModifiedDate", "CreatedDate", "LoginTime"]
        let stamp = stamps.first { filterable.contains($0) }
        let known = Set(names)
        let system = ["Id", stamp ?? "Id", "CreatedDate", "IsDeleted", "MasterRecordId"]
        let needed = Set(system.filter { known.contains($0) })
        // Very wide objects: what the poller itself needs comes first, the rest as far as a query may be long.
        var room = Self.listLimit - needed.reduce(0) { $0 + $1.utf8.count + 1 }
        var kept: [String] = []
        for name in names {
            if !needed.contains(name) {
                room -= name.utf8.count + 1
                if room < 0 { continue }
            }
            kept.append(name)
        }
        self.init(
            name: name,
            fields: kept,
            calculated: calculated,
            stamp: stamp,
            isQueryable: json["queryable"]?.bool ?? true,
            isReplicateable: json["replicateable"]?.bool ?? false,
            hasIsDeleted: known.contains("IsDeleted"),
            hasMaster: known.contains("MasterRecordId"),
            hasCreatedDate: known.contains("CreatedDate")
        )
    }

    /// With half of the fields that the poller itself does not need; nil where none is left.
    package var narrowed: ObjectSchema? {
        let needed = Set(["Id", stamp ?? "Id", "CreatedDate", "IsDeleted", "MasterRecordId"])
        let others = fields.count { !needed.contains($0) }
        guard others > 0 else { return nil }
        var room = others / 2
        var narrow = self
        narrow.fields = fields.filter { field in
            if needed.contains(field) { return true }
            room -= 1
            return room >= 0
        }
        return narrow
    }

    private struct Field {
        let name: String
        let type: String
        let isCalculated: Bool
        let isFilterable: Bool
        let isSortable: Bool

        init?(_ json: JSON) {
            guard let name = json["name"]?.string, InstanceConfiguration.isObjectName(name) else { return nil }
            self.name = name
            self.type = json["type"]?.string ?? ""
            self.isCalculated = json["calculated"]?.bool ?? false
            self.isFilterable = json["filterable"]?.bool ?? true
            self.isSortable = json["sortable"]?.bool ?? true
        }
    }
}

extension ObjectDescription {
    /// The objects of `/sobjects` that can be watched at all.
    package static func list(_ json: JSON) -> [ObjectDescription] {
        (json["sobjects"]?.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string, entry["queryable"]?.bool ?? false,
                !(entry["deprecatedAndHidden"]?.bool ?? false)
            else { return nil }
            return ObjectDescription(
                name: name,
                label: entry["label"]?.string ?? name,
                isCustom: entry["custom"]?.bool ?? false,
                isQueryable: true,
                isReplicateable: entry["replicateable"]?.bool ?? false,
                isTriggerable: entry["triggerable"]?.bool ?? false
            )
        }
    }
}
