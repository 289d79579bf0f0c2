extension OrgState {
    /// The API versions that the org serves.
    static let versionNumbers = Array(31...67)

    /// Answers a call of a data resource; composite resources come back here with their parts.
    mutating func respond(to call: DataCall, depth: Int) throws(ServiceError) -> SimulatedResponse {
        let segments = call.segments
        guard let resource = segments.first else {
            try allow(call, "GET")
            return resources(call.version)
        }
        switch resource {
        case "query", "queryAll":
            try allow(call, "GET")
            if segments.count > 1 { return try page(segments[1], call) }
            return try query(call, includesDeleted: resource == "queryAll")
        case "sobjects": return try respondToObjects(call)
        case "composite":
            guard depth == 0 || segments.count > 1 else { throw .notFound }
            return try respondToComposite(call, depth: depth)
        case "limits":
            try allow(call, "GET")
            return limits()
        case "metadata": return try respondToMetadata(call)
        case "search": return try search(call)
        default: throw .notFound
        }
    }

    func allow(_ call: DataCall, _ methods: String...) throws(ServiceError) {
        guard methods.contains(call.method) || (call.method == "HEAD" && methods.contains("GET")) else {
            throw .methodNotAllowed(call.method, allowed: (methods + ["HEAD"]).joined(separator: ","))
        }
    }

    func versions() -> SimulatedResponse {
        let seasons = ["Spring", "Summer", "Winter"]
        let list = Self.versionNumbers.map { number -> JSON in
            // v66 was Spring '26; three releases a year.
            let season = seasons[(number - 66 + 300) % 3]
            let year = 26 + Int((Double(number - 66) / 3).rounded(.down)) + (season == "Winter" ? 1 : 0)
            return [
                "label": .string("\(season) '\(year)"), "url": .string("/services/data/v\(number).0"),
                "version": .string("\(number).0"),
            ]
        }
        return .json(200, .array(list))
    }

    private func resources(_ version: String) -> SimulatedResponse {
        let names = ["sobjects", "query", "queryAll", "limits", "composite", "metadata", "search"]
        var members = names.map { JSON.Member($0, .string("/services/data/\(version)/\($0)")) }
        members.append(
            JSON.Member("identity", .string("\(instanceURL)/id/\(organizationID)/\(integrationUser)"))
        )
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
        try allow(call, "GET")
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
        for table in tables where table.type.isBusinessObject {
            guard let name = table.type.fields.first(where: \.isNameField) else { continue }
            for row in table.rows {
                guard let row, !row.isDeleted, found.count < 200, case .text(let value) = row.value(of: name, now: now),
                    value.lowercased().contains(term)
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
