import Primitives

/// Answers `/control/…`, the way in for tests and demos that no Salesforce org has.
struct ControlService {
    let services: OrgServices

    init(_ services: OrgServices) {
        self.services = services
    }

    var database: OrgDatabase { services.database }

    func respond(to request: SimulatedRequest, _ target: OrgRequestTarget) -> SimulatedResponse {
        do throws(ServiceError) {
            let body: JSON = request.body.isEmpty ? [:] : try Self.parsed(request.body)
            guard body.members != nil else { throw .control("The body must be a JSON object") }
            let request = ControlRequest(
                method: request.method,
                path: Array(target.segments.dropFirst()),
                target: target,
                body: body
            )
            return .json(200, try perform(request))
        } catch {
            return .error(error)
        }
    }

    private static func parsed(_ bytes: [UInt8]) throws(ServiceError) -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            let (line, column) = error.place(in: bytes)
            throw .control("The body is no JSON at line \(line), column \(column)")
        }
    }

    private func perform(_ request: ControlRequest) throws(ServiceError) -> JSON {
        let isRead = request.method == "GET"
        switch (request.path.first ?? "", isRead) {
        case ("seed", false), ("create", false), ("change", false), ("delete", false), ("undelete", false),
            ("harddelete", false), ("touch", false), ("merge", false), ("purge", false):
            return try performOnRecords(request)
        case ("records", true):
            let rows = database.tables[try database.table(try request.text("object"))].rows
            return ["ids": .array(rows.compactMap { row in row.flatMap { $0.isDeleted ? nil : .string($0.id) } })]
        case ("transactions", _): return try performOnTransactions(request)
        case ("clock", _): return try performOnClock(request)
        case ("faults", _): return try performOnFaults(request)
        case ("calls", true):
            return .object(
                services.usage.calls.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer($0.value)) }
            )
        case ("calls", false):
            guard request.method == "DELETE" else { break }
            services.usage.resetCalls()
            return [:]
        case ("sessions", false):
            services.oauth.expireSessions()
            return [:]
        case ("grants", false):
            services.oauth.endGrants()
            return [:]
        case ("locators", false):
            services.data.expireLocators()
            return [:]
        case ("quota", _):
            services.usage.set(
                used: try request.integer("used"),
                limit: try request.integer("limit"),
                concurrencyExhausted: try request.flag("concurrencyExhausted")
            )
            return ["used": .integer(services.usage.used), "limit": .integer(services.usage.limit)]
        case ("org", _): return try performOnOrg(request)
        case ("history", true):
            let since = request.target["since"].flatMap { Int($0) } ?? 0
            return .array(database.history.changes(since: since).map(\.json))
        case ("callouts", _), ("deployments", true), ("outbound", _): return try performOnCallouts(request)
        default: break
        }
        throw ServiceError(
            404,
            "NOT_FOUND",
            "There is no control \(request.method) /control/\(request.path.joined(separator: "/"))"
        )
    }
}
