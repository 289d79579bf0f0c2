package import Domain
package import Primitives

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
    /// What ids of its records begin with; nil where the org names no such prefix, as for some shares and histories.
    package var keyPrefix: String?
    /// What looks like an answer about another object or like none, and is how this org answers: see `AnswerDoubts`.
    package var believed: Set<String> = []

    package init(
        name: String,
        fields: [String],
        calculated: Set<String> = [],
        stamp: String? = "SystemModstamp",
        isQueryable: Bool = true,
        isReplicateable: Bool = true,
        hasIsDeleted: Bool = true,
        hasMaster: Bool = false,
        hasCreatedDate: Bool = true,
        keyPrefix: String? = nil
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
        self.keyPrefix = keyPrefix
    }

    /// Kinds of fields that a query can't return as a plain value.
    private static let unreadable: Set<String> = ["base64", "address", "location", "complexvalue"]
    /// Leaves room below the 100,000 characters that SOQL may have.
    private static let listLimit = 80_000

    /// Reads the answer of `/sobjects/X/describe`.
    ///
    /// - Throws: Where it describes nothing. No object lacks an id, so that what lists none is no answer and may be one soon.
    package init(describe json: JSON) throws(SalesforceError) {
        guard let name = json["name"]?.string, let fields = json["fields"]?.array else {
            throw SalesforceError(
                .transient,
                "The org's description of the object can't be read; it is asked for again soon."
            )
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
        guard names.contains("Id") else {
            throw SalesforceError(
                .transient,
                "The org's description of \(name) lists no Id; it is asked for again soon."
            )
        }
        let stamps = ["SystemModstamp", "LastModifiedDate", "CreatedDate", "LoginTime"]
        let stamp = stamps.first { filterable.contains($0) }
        let known = Set(names)
        self.init(
            name: name,
            fields: names,
            calculated: calculated,
            stamp: stamp,
            isQueryable: json["queryable"]?.bool ?? true,
            isReplicateable: json["replicateable"]?.bool ?? false,
            hasIsDeleted: known.contains("IsDeleted"),
            hasMaster: known.contains("MasterRecordId"),
            hasCreatedDate: known.contains("CreatedDate"),
            keyPrefix: json["keyPrefix"]?.string.flatMap { $0.utf8.count == 3 ? $0 : nil }
        )
    }

    /// Whether changes can be found by it at all.
    package var isPollable: Bool { isQueryable && stamp != nil }

    /// Whether it describes what was asked for by this name: in an org with a namespace, names go without it as well.
    package func describes(_ asked: String) -> Bool {
        let (name, asked) = (name.lowercased(), asked.lowercased())
        return name == asked || name.hasSuffix("__" + asked)
    }

    /// What can't be reported of the object's records by its nature; nil where everything can. `knowsAll` says whether the first
    /// read held the ids of all records that there were.
    package func note(knowsAll: Bool) -> String? {
        switch stamp {
        case "CreatedDate", "LoginTime": "\(name) has no modification stamp: only new records are found."
        case nil: nil
        default:
            if hasCreatedDate {
                nil
            } else if knowsAll {
                "\(name) has no creation date: a record counts as created when its id was never seen before."
            } else {
                "\(name) has no creation date, and more records than the first poll could list: "
                    + "new ones can't be distinguished from old ones, and are reported as updated."
            }
        }
    }

    /// What the poller itself needs in every row.
    private var core: Set<String> { ["Id", stamp ?? "Id", "CreatedDate", "IsDeleted", "MasterRecordId"] }

    /// The other fields, in as many queries as given or in more, so that each may be asked at all; at least one.
    package func groups(_ count: Int) -> [[String]] {
        let core = core
        let others = fields.filter { !core.contains($0) }
        let most = max(1, (others.count + max(count, 1) - 1) / max(count, 1))
        var groups: [[String]] = [[]]
        var room = Self.listLimit
        for name in others {
            room -= name.utf8.count + 1
            if room < 0 || groups[groups.count - 1].count == most {
                groups.append([])
                room = Self.listLimit - name.utf8.count - 1
            }
            groups[groups.count - 1].append(name)
        }
        return groups
    }

    /// As it is asked for where only these fields go with those that every row needs.
    package func reading(_ group: [String]) -> ObjectSchema {
        let read = core.union(group)
        var schema = self
        schema.fields = fields.filter { read.contains($0) }
        return schema
    }

    /// Without a field that the org lists and refuses; nil where every row needs it.
    package func leavingOut(_ name: String) -> ObjectSchema? {
        guard !core.contains(name), fields.contains(name) else { return nil }
        var schema = self
        schema.fields.removeAll { $0 == name }
        return schema
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
