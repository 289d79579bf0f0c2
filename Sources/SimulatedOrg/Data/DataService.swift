import Primitives

/// Records over REST and SOQL: everything under `/services/data/vXX.0` but replication and metadata.
final class DataService {
    let composite: CompositeResource
    let renderer: RecordRenderer
    private let settings: OrgSettings
    private let database: OrgDatabase
    private let usage: CallUsage
    private let queries: QueryResource
    private let objects: ObjectsResource
    private let collections: CollectionsResource

    init(settings: OrgSettings, database: OrgDatabase, usage: CallUsage) {
        self.settings = settings
        self.database = database
        self.usage = usage
        renderer = RecordRenderer(settings: settings, database: database)
        composite = CompositeResource(database: database, usage: usage)
        queries = QueryResource(settings: settings, database: database)
        objects = ObjectsResource(
            database: database,
            descriptions: DescribeResource(settings: settings, database: database),
            renderer: renderer
        )
        collections = CollectionsResource(settings: settings, database: database, renderer: renderer)
    }

    /// Answers a call; composite ones go to ``composite``, and come back here with their parts.
    func respond(to call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let segments = call.segments
        guard let resource = segments.first else {
            try call.allow("GET")
            return resources(call.version)
        }
        switch resource {
        case "query", "queryAll":
            try call.allow("GET")
            if segments.count > 1 { return try queries.page(segments[1], call) }
            return try queries.query(call, includesDeleted: resource == "queryAll")
        case "sobjects": return try objects.respond(to: call)
        case "composite":
            guard segments.count > 1, segments[1] == "sobjects" else { throw .notFound }
            return try collections.respond(to: call)
        case "limits":
            try call.allow("GET")
            return limits()
        case "search":
            try call.allow("GET")
            return try search(call)
        default: throw .notFound
        }
    }

    /// Lets every open query locator expire.
    func expireLocators() { queries.expireLocators() }

    private func resources(_ version: String) -> SimulatedResponse {
        let names = ["sobjects", "query", "queryAll", "limits", "composite", "metadata", "search"]
        var members = names.map { JSON.Member($0, .string("/services/data/\(version)/\($0)")) }
        let identity = "\(settings.instanceURL)/id/\(database.organizationID)/\(database.integrationUser)"
        members.append(JSON.Member("identity", .string(identity)))
        return .json(200, .object(members))
    }

    private func limits() -> SimulatedResponse {
        func entry(_ max: Int, _ remaining: Int) -> JSON { ["Max": .integer(max), "Remaining": .integer(remaining)] }
        return .json(
            200,
            [
                "DailyApiRequests": entry(usage.limit, max(0, usage.limit - usage.used)),
                "DailyAsyncApexExecutions": entry(250_000, 250_000),
                "DailyDeliveredPlatformEvents": entry(10_000, 10_000),
                "DailyStreamingApiEvents": entry(10_000, 10_000),
                "DataStorageMB": entry(1_024, 1_000),
                "FileStorageMB": entry(1_024, 1_020),
            ]
        )
    }

    /// Full-text search by one term over name fields, which clients use as a smoke test.
    private func search(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        guard let text = call.target["q"], let open = text.firstIndex(of: "{"), let close = text.firstIndex(of: "}"),
            open < close
        else {
            throw ServiceError(
                400,
                "MALFORMED_SEARCH",
                "No search term found. The search term must be enclosed in braces."
            )
        }
        let term = text[text.index(after: open)..<close].lowercased()
        var found: [JSON] = []
        for table in database.tables where table.type.isBusinessObject {
            guard let name = table.type.fields.first(where: \.isNameField) else { continue }
            for row in table.rows {
                guard let row, !row.isDeleted, found.count < 200,
                    case .text(let value) = row.value(of: name, now: database.now), value.lowercased().contains(term)
                else { continue }
                let url = "/services/data/\(call.version)/sobjects/\(table.type.name)/\(row.id)"
                found.append([
                    "attributes": ["type": .string(table.type.name), "url": .string(url)], "Id": .string(row.id),
                ])
            }
        }
        return .json(200, ["searchRecords": .array(found)])
    }
}
