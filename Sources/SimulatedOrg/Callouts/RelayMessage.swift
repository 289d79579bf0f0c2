import Primitives

/// The body that generated Apex posts for the rows that a trigger saw.
struct RelayMessage {
    /// How many rows a trigger sees at once, and how many of them the generated code puts into one message.
    static let triggerRows = 200
    static let maximumRows = 50

    /// `create`, `update`, `delete` or `undelete`.
    let verb: String
    let type: ObjectType
    let writes: ArraySlice<Write>
    let organizationID: String
    let now: Stamp

    var body: [UInt8] {
        let user = writes.first?.after.modifiedBy ?? ""
        let json: JSON = [
            "operation": .string(verb), "object": .string(type.name), "organizationId": .string(organizationID),
            "userId": .string(user), "records": .array(writes.map { record(current($0)) }),
            "previous": .array(verb == "update" ? writes.map { record($0.before ?? $0.after) } : []),
        ]
        return json.bytes
    }

    /// The event and the verb of a write; a touch fires no trigger.
    static func event(_ operation: Write.Operation) -> (event: String, verb: String)? {
        switch operation {
        case .insert: ("after insert", "create")
        case .update: ("after update", "update")
        case .delete, .purge: ("after delete", "delete")
        case .undelete: ("after undelete", "undelete")
        case .touch: nil
        }
    }

    /// The row as `Trigger.new`, or for deletions `Trigger.old`, shows it.
    private func current(_ write: Write) -> RecordRow {
        guard verb == "delete", var row = write.before else { return write.after }
        row.masterID = write.after.masterID
        return row
    }

    /// Own columns only, without those that are null, as `JSON.serialize` writes a record.
    private func record(_ row: RecordRow) -> JSON {
        let url = "/services/data/v67.0/sobjects/\(type.name)/\(row.id)"
        var members = [JSON.Member("attributes", ["type": .string(type.name), "url": .string(url)])]
        for field in type.fields {
            let value = row.value(of: field, now: now)
            if value != .null { members.append(JSON.Member(field.name, value.json)) }
        }
        return .object(members)
    }
}
