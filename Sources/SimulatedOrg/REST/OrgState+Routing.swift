extension OrgState {
    /// Answers a request as the org would, faults included, with the org's own time as every HTTP server tells it.
    mutating func respond(to request: SimulatedRequest) -> SimulatedResponse {
        var response = undated(request)
        response.headers["Date"] = configuration.dateOffset.map { HTTPDate.format(now + $0) }
        return response
    }

    private mutating func undated(_ request: SimulatedRequest) -> SimulatedResponse {
        let target = RequestTarget(request.target)
        if target.segments.first == "control" { return respondToControl(request, target) }
        calls["\(request.method) \(Self.countedPath(target))", default: 0] += 1
        guard let fault = faults.strike(method: request.method, target: request.target) else {
            return answer(request, target)
        }
        return befall(fault) { state in state.answer(request, target) }
    }

    private mutating func answer(_ request: SimulatedRequest, _ target: RequestTarget) -> SimulatedResponse {
        let segments = target.segments
        guard segments.count >= 2, segments[0] == "services" || segments[0] == "id" else {
            return .error(.notFound)
        }
        if segments[0] == "id" { return respondToIdentity(request, target) }
        if segments[1] == "oauth2" { return respondToOAuth(request, target) }
        guard segments[1] == "data" else { return .error(.notFound) }
        if segments.count == 2 { return versions() }
        do {
            return try answerData(request, target)
        } catch {
            return counted(.error(error))
        }
    }

    private mutating func answerData(
        _ request: SimulatedRequest,
        _ target: RequestTarget
    ) throws(ServiceError) -> SimulatedResponse {
        let session = try session(of: request)
        let version = target.segments[2]
        guard Self.versionNumbers.contains(where: { "v\($0).0" == version }) else { throw .notFound }
        if usage.isConcurrencyExhausted {
            throw ServiceError(
                403,
                "REQUEST_LIMIT_EXCEEDED",
                "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
            )
        }
        guard usage.used < usage.limit else {
            throw ServiceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        }
        usage.count(at: now)
        let call = DataCall(
            method: request.method,
            segments: Array(target.segments.dropFirst(3)),
            target: target,
            headers: request.headers,
            body: request.body,
            version: version,
            user: session.user
        )
        // Two steps: a call on `self` around a mutation would hold a copy of the whole state meanwhile.
        let response = try respond(to: call, depth: 0)
        return counted(response)
    }

    private func counted(_ response: SimulatedResponse) -> SimulatedResponse {
        var response = response
        response.headers["Sforce-Limit-Info"] = usage.header
        return response
    }

    /// Record ids and locators are left out, so that calls can be counted by kind.
    private static func countedPath(_ target: RequestTarget) -> String {
        "/"
            + target.segments.map { segment in
                let isID =
                    RecordID.normalised(String(segment.prefix { $0 != "-" })) != nil && segment.contains { $0.isNumber }
                return isID ? "*" : segment
            }.joined(separator: "/")
    }
}

/// One call of a data resource: a request of its own or a part of a composite one.
struct DataCall: Sendable {
    var method: String
    /// The path behind `/services/data/vXX.0`.
    var segments: [String]
    var target: RequestTarget
    var headers: [String: String]
    var body: [UInt8]
    var version: String
    var user: String

    /// The body as JSON.
    func json() throws(ServiceError) -> JSON {
        do {
            return try JSON(parsing: body)
        } catch {
            throw ServiceError(
                400,
                "JSON_PARSER_ERROR",
                "Unexpected character at [line:\(error.line), column:\(error.column)]"
            )
        }
    }
}
