import Primitives

/// Writes single records as the REST API does, for the fields that were asked for.
struct RecordRenderer {
    let settings: OrgSettings
    let database: OrgDatabase

    /// The record's JSON with these comma-separated fields, or with all.
    ///
    /// - Throws: INVALID_FIELD for a field that doesn't exist or is hidden.
    func bytes(_ row: RecordRow, _ table: Int, fields: String? = nil, version: String) throws(ServiceError) -> [UInt8] {
        let type = database.tables[table].type
        var wanted = type.fields
        if let fields {
            wanted = []
            for name in fields.split(separator: ",") { wanted.append(try field(String(name.drop { $0 == " " }), type)) }
            if !wanted.contains(where: { $0.source == .id }) { wanted.append(type.fields[0]) }
        }
        var output: [UInt8] = []
        QueryRenderer(evaluator: database.evaluator(includesDeleted: true), version: version)
            .write(row, type: type, columns: wanted.map { .field($0) }, to: &output)
        return output
    }

    private func field(_ name: String, _ type: ObjectType) throws(ServiceError) -> Field {
        guard let field = type.field(name),
            !settings.configuration.hiddenFields.contains("\(type.name).\(field.name)")
        else {
            throw ServiceError(400, "INVALID_FIELD", "No such column '\(name)' on sobject of type \(type.name)")
        }
        return field
    }
}
