import Primitives

/// Answers `/composite` and `/composite/batch`: several calls in one, each of them answered by the router.
struct CompositeResource {
    /// Answers one part.
    typealias PartHandler = (DataCall) -> SimulatedResponse

    private static let limit = 25

    let database: OrgDatabase
    let usage: CallUsage

    /// Whether a call has parts.
    static func answers(_ call: DataCall) -> Bool {
        call.segments.first == "composite" && call.segments.dropFirst().first != "sobjects"
    }

    func respond(to call: DataCall, answeringPartsWith handler: PartHandler) throws(ServiceError) -> SimulatedResponse {
        try call.allow("POST")
        guard call.segments.count > 1 else { return try composite(call, handler) }
        guard call.segments[1] == "batch" else { throw .notFound }
        return try batch(call, handler)
    }

    private func composite(_ call: DataCall, _ handler: PartHandler) throws(ServiceError) -> SimulatedResponse {
        let body = try call.json()
        guard let parts = body["compositeRequest"]?.array, !parts.isEmpty else {
            throw ServiceError(400, "JSON_PARSER_ERROR", "compositeRequest is required")
        }
        let isAllOrNone = body["allOrNone"]?.bool ?? false
        guard parts.count <= Self.limit else {
            throw ServiceError(400, "LIMIT_EXCEEDED", "Limit of 25 subrequests exceeded")
        }
        let queries = parts.count { part in
            guard let url = part["url"]?.string else { return false }
            return url.contains("/query") || url.contains("/composite/sobjects")
        }
        guard queries <= 5 else {
            throw ServiceError(400, "LIMIT_EXCEEDED", "Limit of 5 query and collections subrequests exceeded")
        }
        let references = parts.compactMap { $0["referenceId"]?.string }
        guard references.count == parts.count, Set(references).count == parts.count else {
            throw ServiceError(400, "JSON_PARSER_ERROR", "referenceId must be given and unique")
        }
        let before = isAllOrNone ? database.snapshot() : nil
        var answers: [(reference: String, response: SimulatedResponse)] = []
        var results: [String: JSON] = [:]
        var hasFailed = false
        for (part, reference) in zip(parts, references) {
            let response = answer(part, call, results: results, handler)
            results[reference] = response.json ?? .null
            answers.append((reference, response))
            guard response.status >= 400, isAllOrNone else { continue }
            hasFailed = true
            break
        }
        if hasFailed, let before {
            database.restore(before)
            answers = Self.halted(parts, answers)
        }
        return .bytes(200, Self.compositeBody(answers))
    }

    /// When one part of an all-or-none series fails, the others are undone and say so.
    private static func halted(
        _ parts: [JSON],
        _ answers: [(reference: String, response: SimulatedResponse)]
    ) -> [(reference: String, response: SimulatedResponse)] {
        let message = "The transaction was rolled back since another operation in the same transaction failed."
        return parts.enumerated().map { index, part in
            if index == answers.count - 1 { return answers[index] }
            let halted = SimulatedResponse.error(ServiceError(400, "PROCESSING_HALTED", message))
            return (part["referenceId"]?.string ?? "", halted)
        }
    }

    private static func compositeBody(_ answers: [(reference: String, response: SimulatedResponse)]) -> [UInt8] {
        var output = Array("{\"compositeResponse\":[".utf8)
        for (index, answer) in answers.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: "{\"body\":".utf8)
            output.append(contentsOf: answer.response.body.isEmpty ? Array("null".utf8) : answer.response.body)
            output.append(contentsOf: ",\"httpHeaders\":{".utf8)
            if let location = answer.response.headers["Location"] {
                output.append(contentsOf: "\"Location\":".utf8)
                JSON.writeQuoted(location, to: &output)
            }
            output.append(contentsOf: "},\"httpStatusCode\":\(answer.response.status),\"referenceId\":".utf8)
            JSON.writeQuoted(answer.reference, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(contentsOf: "]}".utf8)
        return output
    }

    private func answer(
        _ part: JSON,
        _ call: DataCall,
        results: [String: JSON],
        _ handler: PartHandler
    ) -> SimulatedResponse {
        let method = part["method"]?.string?.uppercased() ?? "GET"
        guard let url = part["url"]?.string else {
            return .error(ServiceError(400, "JSON_PARSER_ERROR", "url is required"))
        }
        let resolved: String
        let body: [UInt8]
        do {
            resolved = try ReferenceResolver(results: results).resolved(url)
            body =
                try part["body"].map { json throws(ServiceError) in
                    try ReferenceResolver(results: results).resolved(json).bytes
                } ?? []
        } catch {
            return .error(error)
        }
        var headers = call.headers
        for member in part["httpHeaders"]?.members ?? [] { headers[member.name.lowercased()] = member.value.string }
        return answer(method, resolved, headers: headers, body: body, call, handler)
    }

    private func answer(
        _ method: String,
        _ url: String,
        headers: [String: String],
        body: [UInt8],
        _ call: DataCall,
        _ handler: PartHandler
    ) -> SimulatedResponse {
        let target = OrgRequestTarget(url)
        guard target.segments.count >= 3, target.segments[0] == "services", target.segments[1] == "data" else {
            return .error(.notFound)
        }
        let part = DataCall(
            method: method,
            segments: Array(target.segments.dropFirst(3)),
            target: target,
            headers: headers,
            body: body,
            version: target.segments[2],
            user: call.user
        )
        // Composite calls don't nest.
        return Self.answers(part) ? .error(.notFound) : handler(part)
    }

    private func batch(_ call: DataCall, _ handler: PartHandler) throws(ServiceError) -> SimulatedResponse {
        let body = try call.json()
        guard let parts = body["batchRequests"]?.array, parts.count <= Self.limit else {
            throw ServiceError(400, "LIMIT_EXCEEDED", "batchRequests takes 1 to 25 subrequests")
        }
        let halts = body["haltOnError"]?.bool ?? false
        var hasErrors = false
        var results: [JSON] = []
        for part in parts {
            if hasErrors, halts {
                let message = "Batch processing halted per request"
                results.append([
                    "statusCode": 412,
                    "result": [ServiceError(412, "BATCH_PROCESSING_HALTED", message).json],
                ])
                continue
            }
            usage.count(at: database.now)
            var url = part["url"]?.string ?? ""
            if !url.hasPrefix("/") { url = "/services/data/" + url }
            let method = part["method"]?.string?.uppercased() ?? "GET"
            let response = answer(
                method,
                url,
                headers: call.headers,
                body: part["richInput"]?.bytes ?? [],
                call,
                handler
            )
            if response.status >= 400 { hasErrors = true }
            results.append(["statusCode": .integer(response.status), "result": response.json ?? .null])
        }
        usage.uncount()
        return .json(200, ["hasErrors": .bool(hasErrors), "results": .array(results)])
    }
}
