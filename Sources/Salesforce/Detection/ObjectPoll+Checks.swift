import Domain
import Primitives

/// What an answer has to be to count as one: about this object, and with the values that its rows are judged by. Taken for
/// an answer, rows of another object would be told as this one's, and a row that does not say whether it is deleted as one
/// that came back.
extension ObjectPoll {
    /// The answer, or why it is none.
    mutating func checked(_ reply: ObjectReply, to request: ObjectRequest) -> ObjectReply {
        switch reply {
        case .page(let page):
            noteDeepValues(page)
            let names = judgedFields(request)
            for row in page.rows {
                if let fault = fault(of: row, names) { return .failure(fault) }
            }
        case .deleteLog(let log):
            if let id = log.entries.first(where: { isForeign($0.recordID) })?.recordID { return .failure(doubt(id)) }
        case .updateLog(let log):
            if let id = log.recordIDs.first(where: { isForeign($0) }) { return .failure(doubt(id)) }
        case .count, .failure: break
        }
        return reply
    }

    /// Says what the rows are told without; they are told all the same.
    private mutating func noteDeepValues(_ page: QueryPage) {
        guard let first = page.deepValues.first else { return }
        let more = page.deepValues.count - 1
        outcome.recordProblem(
            "\(first.field) of record \(first.recordID ?? "without id") of \(name) is nested deeper than "
                + "\(JSONScanner.maximumDepth) levels"
                + (more == 0 ? "" : ", as \(more) other value\(more == 1 ? " is" : "s are")")
                + "; what can be read of the record is told without it."
        )
    }

    /// The fields by which a row is judged, as far as it was asked for them.
    private func judgedFields(_ request: ObjectRequest) -> [String] {
        guard let schema, joining == nil else { return [] }
        let deletion = schema.hasIsDeleted ? ["IsDeleted"] : []
        switch request {
        case .exists, .narrow: return deletion
        case .deleteLog, .updateLog, .count: return []
        case .query, .nextPage, .retrieve: break
        }
        switch stage {
        case .anchor, .newest: return []
        default:
            return deletion + (schema.hasCreatedDate ? ["CreatedDate"] : [])
                + (schema.hasMaster ? ["MasterRecordId"] : [])
        }
    }

    private mutating func fault(of row: RecordFields, _ names: [String]) -> SalesforceError? {
        guard let schema else { return nil }
        if let id = foreignID(row, schema) { return doubt(id) }
        for name in names where !believes(name, schema) && !Self.isReadable(row, name) {
            outcome.doubts.addField(name)
            return SalesforceError(
                .transient,
                "The org's answer has a row whose \(name) can't be read; it is asked again soon.",
                code: RestFailure.unusableCode
            )
        }
        return nil
    }

    private static func isReadable(_ row: RecordFields, _ name: String) -> Bool {
        if name == "IsDeleted" { return row.bool(name) != nil }
        guard let raw = row[name], raw != "null" else { return true }
        return name == "CreatedDate" ? row.timestamp(name) != nil : row.identifier(name) != nil
    }

    /// The row's id where it is another object's.
    ///
    /// Records of one object may have several prefixes, and rows may name the object that they are seen as: only where
    /// both are strange is the row. One that names this object contradicts itself where its address is another record's.
    private func foreignID(_ row: RecordFields, _ schema: ObjectSchema) -> String? {
        // Most ids begin as described, which needs no id to be made of them.
        guard let prefix = schema.keyPrefix, let raw = row["Id"], !raw.utf8.dropFirst().starts(with: prefix.utf8),
            let id = row.identifier("Id"), isForeign(id)
        else { return nil }
        let attributes = row["attributes"].flatMap { try? JSON(parsing: $0) }
        guard attributes?["type"]?.string?.lowercased() == schema.name.lowercased() else { return id }
        let last = attributes?["url"]?.string?.split(separator: "/").last
        guard let own = last.flatMap({ SalesforceID(String($0)) }), !isForeign(own.text) else { return nil }
        return id
    }

    private func isForeign(_ id: String) -> Bool {
        guard let schema, let prefix = schema.keyPrefix, !id.utf8.starts(with: prefix.utf8) else { return false }
        return !believes(DoubtedClaims.prefix(of: id), schema)
    }

    private func believes(_ claim: String, _ schema: ObjectSchema) -> Bool {
        resume.believed.contains(claim) || schema.believed.contains(claim)
    }

    private mutating func doubt(_ id: String) -> SalesforceError {
        outcome.doubts.addPrefix(of: id)
        return SalesforceError(
            .transient,
            "The org's answer names a record of another object (\(id)); it is asked again soon.",
            code: RestFailure.unusableCode
        )
    }
}
