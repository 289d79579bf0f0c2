import Primitives

/// Describes the org's objects, as far as the connected user may see them.
final class DescribeResource {
    private let settings: OrgSettings
    private let database: OrgDatabase
    private var cache: [String: [UInt8]] = [:]

    init(settings: OrgSettings, database: OrgDatabase) {
        self.settings = settings
        self.database = database
    }

    /// The answer to `/sobjects`.
    func global(_ version: String) -> SimulatedResponse {
        let list = database.tables.map { JSON.object(objectMembers($0.type, version)) }
        return .json(200, ["encoding": "UTF-8", "maxBatchSize": 200, "sobjects": .array(list)])
    }

    /// The answer to `/sobjects/X`.
    func summary(_ table: Int, _ version: String) -> SimulatedResponse {
        .json(200, ["objectDescribe": .object(objectMembers(database.tables[table].type, version)), "recentItems": []])
    }

    /// The full description, made once for each object and version.
    func describe(_ table: Int, _ call: DataCall) -> SimulatedResponse {
        let type = database.tables[table].type
        let modified = StampFormat.http(database.started)
        if call.headers["if-modified-since"] == modified { return SimulatedResponse(status: 304) }
        let hidden = settings.configuration.hiddenFields.filter { $0.hasPrefix(type.name + ".") }.sorted().joined()
        let key = "\(call.version)/\(type.name)/\(hidden)/\(settings.isReplicated(type))"
        let body: [UInt8]
        if let cached = cache[key] {
            body = cached
        } else {
            var members = objectMembers(type, call.version)
            members.append(.init("fields", .array(visibleFields(type).map { Self.fieldJSON($0) })))
            members.append(.init("childRelationships", .array(childRelationships(of: type))))
            members.append(.init("recordTypeInfos", []))
            members.append(.init("supportedScopes", [["label": "All", "name": "everything"]]))
            body = JSON.object(members).bytes
            cache[key] = body
        }
        return .bytes(200, body, headers: ["Last-Modified": modified])
    }

    /// The fields that the connected user may see.
    private func visibleFields(_ type: ObjectType) -> [Field] {
        settings.configuration.hiddenFields.isEmpty
            ? type.fields
            : type.fields.filter { !settings.configuration.hiddenFields.contains("\(type.name).\($0.name)") }
    }

    private func objectMembers(_ type: ObjectType, _ version: String) -> [JSON.Member] {
        let isOpen = JSON.bool(type.isBusinessObject)
        let base = "/services/data/\(version)/sobjects/\(type.name)"
        return [
            .init("name", .string(type.name)), .init("label", .string(type.label)),
            .init("labelPlural", .string(type.labelPlural)), .init("keyPrefix", .string(type.keyPrefix)),
            .init("custom", .bool(type.isCustom)), .init("customSetting", false), .init("activateable", false),
            .init("createable", isOpen), .init("updateable", isOpen), .init("deletable", isOpen),
            .init("undeletable", isOpen), .init("mergeable", .bool(type.isMergeable)), .init("queryable", true),
            .init("retrieveable", true), .init("replicateable", .bool(settings.isReplicated(type))),
            .init("searchable", isOpen),
            .init("triggerable", isOpen), .init("layoutable", isOpen), .init("feedEnabled", false),
            .init("mruEnabled", isOpen), .init("deprecatedAndHidden", false), .init("hasSubtypes", false),
            .init("isSubtype", false), .init("isInterface", false), .init("dataTranslationEnabled", false),
            .init(
                "urls",
                [
                    "sobject": .string(base), "describe": .string("\(base)/describe"),
                    "rowTemplate": .string("\(base)/{ID}"),
                ]
            ),
        ]
    }

    private func childRelationships(of type: ObjectType) -> [JSON] {
        database.tables.flatMap { child in
            child.type.fields.filter { $0.referenceTo.contains(type.name) && !$0.isCalculated }.map { field -> JSON in
                [
                    "childSObject": .string(child.type.name), "field": .string(field.name),
                    "cascadeDelete": .bool(child.type.cascadeField == field.name), "restrictedDelete": false,
                    "deprecatedAndHidden": false, "relationshipName": .null,
                ]
            }
        }
    }

    private static func fieldJSON(_ field: Field) -> JSON {
        let digits = field.type == .int ? 8 : 0
        return .object([
            .init("name", .string(field.name)), .init("label", .string(field.label)),
            .init("type", .string(field.type.rawValue)), .init("soapType", .string(field.type.soapType)),
            .init("length", .integer(field.length)),
            .init("byteLength", .integer(field.type == .id || field.type == .reference ? 18 : field.length * 3)),
            .init("precision", .integer(field.precision)), .init("scale", .integer(field.scale)),
            .init("digits", .integer(digits)), .init("nillable", .bool(field.isNillable || field.isCalculated)),
            .init("createable", .bool(field.isCreateable)), .init("updateable", .bool(field.isUpdateable)),
            .init("filterable", .bool(field.isFilterable)), .init("sortable", .bool(field.isFilterable)),
            .init("groupable", .bool(field.isFilterable && !field.isCalculated)),
            .init("aggregatable", .bool(field.isFilterable)), .init("calculated", .bool(field.isCalculated)),
            .init("calculatedFormula", .null), .init("custom", .bool(field.isCustom)),
            .init("unique", .bool(field.isExternalID)), .init("externalId", .bool(field.isExternalID)),
            .init("idLookup", .bool(field.isExternalID || field.source == .id)),
            .init("nameField", .bool(field.isNameField)), .init("defaultedOnCreate", .bool(field.isDefaultedOnCreate)),
            .init("defaultValue", .null), .init("deprecatedAndHidden", false), .init("encrypted", false),
            .init("caseSensitive", false), .init("permissionable", .bool(field.isUpdateable)),
            .init(
                "picklistValues",
                .array(
                    field.picklist.map { value -> JSON in
                        ["active": true, "defaultValue": false, "label": .string(value), "value": .string(value)]
                    }
                )
            ),
            .init("referenceTo", .array(field.referenceTo.map { .string($0) })),
            .init("relationshipName", field.relationshipName.map { .string($0) } ?? .null),
            .init("restrictedPicklist", false), .init("compoundFieldName", .null), .init("inlineHelpText", .null),
        ])
    }
}
