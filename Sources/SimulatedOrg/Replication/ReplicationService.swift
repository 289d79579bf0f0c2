import Primitives

/// Answers `/sobjects/X/updated` and `/sobjects/X/deleted`: which records changed in a span of whole minutes.
struct ReplicationService {
    let settings: OrgSettings
    let database: OrgDatabase

    /// Whether a call asks for a log.
    static func answers(_ call: DataCall) -> Bool {
        call.segments.count == 3 && call.segments[0] == "sobjects" && ["updated", "deleted"].contains(call.segments[2])
    }

    func respond(to call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let table = try database.table(call.segments[1])
        try call.allow("GET")
        let type = database.tables[table].type
        guard settings.isReplicated(type) else {
            throw ServiceError(400, "INVALID_TYPE_FOR_OPERATION", "entity type \(type.name) is not replicateable")
        }
        return call.segments[2] == "updated" ? try updated(table, call) : try deleted(table, call)
    }

    private func updated(_ table: Int, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let (start, end) = try replicationSpan(call, days: 30)
        let numbers = database.tables[table].numbers(stamped: start...end - 1)
        let ids = numbers.compactMap { number -> JSON? in
            guard let row = database.tables[table].row(number: number), !row.isDeleted else { return nil }
            return .string(row.id)
        }
        guard ids.count <= 600_000 else {
            throw ServiceError(400, "EXCEEDED_ID_LIMIT", "Result exceeded the limit of 600000 ids")
        }
        return .json(200, ["ids": .array(ids), "latestDateCovered": .string(covered(end))])
    }

    private func deleted(_ table: Int, _ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let (start, end) = try replicationSpan(call, days: 15)
        let earliest = database.tables[table].earliestDateAvailable ?? database.started - 15 * 86_400
        if let purged = database.tables[table].earliestDateAvailable, start < purged / 60 * 60 {
            throw ServiceError(
                400,
                "INVALID_REPLICATION_DATE",
                "startDate before org replication enabled date or deletion log was purged"
            )
        }
        let records = database.tables[table].deletions.filter { (start..<end).contains($0.date) }.map {
            deletion -> JSON in
            ["id": .string(deletion.id), "deletedDate": .string(StampFormat.dateTime(deletion.date))]
        }
        return .json(
            200,
            [
                "deletedRecords": .array(records),
                "earliestDateAvailable": .string(StampFormat.dateTime(earliest)),
                "latestDateCovered": .string(covered(end)),
            ]
        )
    }

    /// Start and end in whole minutes.
    private func replicationSpan(_ call: DataCall, days: Int) throws(ServiceError) -> (start: Stamp, end: Stamp) {
        guard let startText = call.target["start"], let endText = call.target["end"] else {
            throw ServiceError(400, "MISSING_ARGUMENT", "start and end are required")
        }
        // A `+` that wasn't encoded arrives as a blank.
        guard let start = StampFormat.stamp(startText.replacingBlank),
            let end = StampFormat.stamp(endText.replacingBlank)
        else { throw ServiceError(400, "INVALID_REPLICATION_DATE", "start and end must be dates in ISO 8601 format") }
        let (first, last) = (start / 60 * 60, end / 60 * 60)
        guard first < last else {
            throw ServiceError(400, "INVALID_REPLICATION_DATE", "startDate must be before endDate")
        }
        guard first >= (database.now - days * 86_400) / 60 * 60 else {
            throw ServiceError(400, "INVALID_REPLICATION_DATE", "startDate can not be more than \(days) days ago")
        }
        return (first, last)
    }

    /// Up to where an answer is complete: never past the start of the oldest transaction still running.
    private func covered(_ end: Stamp) -> String {
        let oldest = database.oldestTransactionStart ?? database.now
        return StampFormat.dateTime(min(end, oldest / 60 * 60, database.now / 60 * 60))
    }
}

extension String {
    fileprivate var replacingBlank: String { String(map { $0 == " " ? "+" : $0 }) }
}
