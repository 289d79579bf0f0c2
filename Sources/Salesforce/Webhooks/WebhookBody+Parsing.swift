import Domain
import Primitives

extension WebhookBody {
    /// Reads `{"operation","object","organizationId","userId","records","previous"}`, as the generated Apex posts it, or
    /// `{"objects":[…],"action":"…"}`, as Cloud Elements' did.
    package static func parse(_ posted: [UInt8]) throws(Fault) -> WebhookBody {
        let bytes = ByteOrderMark.removed(from: posted)
        guard bytes.count <= maximumBytes else {
            throw Fault("The body is larger than \(maximumBytes / 1024 / 1024) MiB; send fewer records at once.")
        }
        do { _ = try UTF8Span(validating: bytes.span) } catch { throw Fault("The body is not valid UTF-8.") }
        let members: [Member]
        do { members = try topLevel(bytes) } catch { throw Fault("The body is \(error).") }
        // What was found is read where it stands: nothing of the body is copied before it is a field's own text.
        let body = JSONScanner(bytes)
        func text(_ name: String) -> String? {
            guard let value = members.last(where: { $0.name == name })?.value, body.isString(value) else { return nil }
            return body.unescaped(value)
        }
        let isOurs = members.contains { $0.name == "operation" || $0.name == "records" }
        let recordsName = isOurs ? "records" : "objects"
        let verbName = isOurs ? "operation" : "action"
        guard let list = members.last(where: { $0.name == recordsName }) else {
            throw Fault(
                "The body has neither \u{201C}records\u{201D} nor \u{201C}objects\u{201D}; it is not a Salesforce change."
            )
        }
        guard let verb = text(verbName) else { throw Fault("\u{201C}\(verbName)\u{201D} is missing or not a text.") }
        guard let (change, isUndelete) = operation(verb) else {
            throw Fault(
                "\u{201C}\(verbName)\u{201D} is one of insert, create, update, delete, undelete; "
                    + "\u{201C}\(verb.prefix(40))\u{201D} is not."
            )
        }
        // One that says null says nothing.
        let previous =
            isOurs ? members.last { $0.name == "previous" }.flatMap { body.isNull($0.value) ? nil : $0 } : nil
        let organizationID = try organizationID(members, of: body)
        let found = try records(
            at: list.value,
            of: bytes,
            named: recordsName,
            object: text("object"),
            previous: try previousByID(at: previous?.value, of: bytes)
        )
        let previousName = previous == nil ? nil : "previous"
        return WebhookBody(
            change: change,
            isUndelete: isUndelete,
            organizationID: organizationID,
            records: found,
            envelope: WebhookEnvelope.make(
                members: members.map { name, value in
                    (name, name == recordsName || name == previousName ? "" : body.text(value))
                },
                recordsName: recordsName,
                previousName: previousName
            )
        )
    }

    /// Nil where the body names no organization. What is no id is refused: taken for none, it would pass for a body of the
    /// instance's own org.
    private static func organizationID(_ members: [Member], of body: JSONScanner) throws(Fault) -> String? {
        guard let value = members.last(where: { $0.name == "organizationId" })?.value, !body.isNull(value) else {
            return nil
        }
        guard body.isString(value), let id = SalesforceID(body.unescaped(value)) else {
            throw Fault("\u{201C}organizationId\u{201D} is no id of 15 or 18 letters and digits.")
        }
        return id.text
    }

    private typealias Member = (name: String, value: Range<Int>)

    private static func topLevel(_ bytes: [UInt8]) throws(JSONError) -> [Member] {
        var scanner = JSONScanner(bytes)
        var members: [Member] = []
        scanner.skipWhitespace()
        guard scanner.peek() == 0x7B else { throw scanner.failure("expected an object") }
        try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
            guard members.count < 64 else { throw scanner.failure("more than 64 members") }
            let value = try scanner.value(depth: 1)
            members.append((name: scanner.unescaped(name), value: value))
        }
        try scanner.expectEnd()
        return members
    }

    /// `AFTER_INSERT` is how Apex names it, `insert` and `create` how the original did.
    private static func operation(_ verb: String) -> (Change, isUndelete: Bool)? {
        var verb = verb.lowercased()
        if verb.hasPrefix("after_") { verb.removeFirst(6) }
        switch verb {
        case "insert", "create", "created": return (.created, false)
        case "update", "updated": return (.updated, false)
        case "delete", "deleted": return (.deleted, false)
        case "undelete", "undeleted": return (.updated, true)
        default: return nil
        }
    }

    private static func records(
        at place: Range<Int>,
        of body: [UInt8],
        named name: String,
        object: String?,
        previous: [String: RecordFields]
    ) throws(Fault) -> [Record] {
        let list = try list(at: place, of: body, named: name)
        var found: [Record] = []
        found.reserveCapacity(list.count)
        func fault(_ words: String) -> Fault { Fault("\u{201C}\(name)\u{201D}[\(found.count)] \(words)") }
        for fields in list {
            guard let id = fields.string("Id").flatMap({ SalesforceID($0) })?.text else {
                throw fault("has no \u{201C}Id\u{201D} of 15 or 18 letters and digits.")
            }
            guard let type = objectName(fields) ?? object ?? standardObjects[String(id.prefix(3))] else {
                throw fault("does not say its object; send attributes.type or \u{201C}object\u{201D}.")
            }
            guard InstanceConfiguration.isObjectName(type) else {
                throw fault("names an object that can't exist: \u{201C}\(type.prefix(40))\u{201D}.")
            }
            found.append(Record(object: type, recordID: id, fields: fields, previous: previous[id]))
        }
        guard !found.isEmpty else { throw Fault("\u{201C}\(name)\u{201D} holds no records.") }
        return found
    }

    /// By the first characters of their ids, the same in every org (Salesforce, "Standard Field Record ID Prefix Decoder"):
    /// Cloud Elements' bodies may name no object at all.
    private static let standardObjects = [
        "001": "Account", "003": "Contact", "005": "User", "006": "Opportunity", "00Q": "Lead", "00T": "Task",
        "00U": "Event", "01t": "Product2", "500": "Case", "701": "Campaign",
    ]

    /// `attributes.type`, without a value for each of its neighbours.
    private static func objectName(_ fields: RecordFields) -> String? {
        guard let raw = fields["attributes"], raw.utf8.first == 0x7B else { return nil }
        var scanner = JSONScanner(Array(raw.utf8))
        var type: Range<Int>?
        do {
            try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
                let value = try scanner.value(depth: 1)
                if scanner.unescaped(name) == "type" { type = value }
            }
        } catch { return nil }
        return type.flatMap { scanner.isString($0) ? scanner.unescaped($0) : nil }
    }

    private static func previousByID(
        at place: Range<Int>?,
        of body: [UInt8]
    ) throws(Fault) -> [String: RecordFields] {
        guard let place else { return [:] }
        var found: [String: RecordFields] = [:]
        for fields in try list(at: place, of: body, named: "previous") {
            if let id = fields.string("Id").flatMap({ SalesforceID($0) })?.text { found[id] = fields }
        }
        return found
    }

    private static func list(
        at place: Range<Int>,
        of body: [UInt8],
        named name: String
    ) throws(Fault) -> [RecordFields] {
        var scanner = JSONScanner(body, at: place.lowerBound)
        guard scanner.peek() == 0x5B else { throw Fault("\u{201C}\(name)\u{201D} is not a list of records.") }
        var found: [RecordFields] = []
        do {
            try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                guard found.count < maximumRecords else { throw scanner.failure("too many records") }
                found.append(try RecordFields(from: &scanner))
            }
        } catch {
            if found.count >= maximumRecords {
                throw Fault("\u{201C}\(name)\u{201D} holds more than \(maximumRecords) records.")
            }
            throw Fault("\u{201C}\(name)\u{201D}[\(found.count)] is not a record.")
        }
        return found
    }
}
