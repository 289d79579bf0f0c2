extension OrgState {
    static let compositeLimit = 25

    /// Answers everything under `/composite`.
    mutating func respondToComposite(_ call: DataCall, depth: Int) throws(ServiceError) -> SimulatedResponse {
        guard call.segments.count > 1 else {
            try allow(call, "POST")
            return try composite(call)
        }
        switch call.segments[1] {
        case "batch":
            guard depth == 0 else { throw .notFound }
            try allow(call, "POST")
            return try batch(call)
        case "sobjects": return try respondToCollections(call)
        default: throw .notFound
        }
    }

    private mutating func composite(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let body = try call.json()
        guard let parts = body["compositeRequest"]?.elements, !parts.isEmpty else {
            throw ServiceError(400, "JSON_PARSER_ERROR", "compositeRequest is required")
        }
        let isAllOrNone = body["allOrNone"]?.flag ?? false
        guard parts.count <= Self.compositeLimit else {
            throw ServiceError(400, "LIMIT_EXCEEDED", "Limit of 25 subrequests exceeded")
        }
        let queries = parts.count { part in
            guard let url = part["url"]?.text else { return false }
            return url.contains("/query") || url.contains("/composite/sobjects")
        }
        guard queries <= 5 else {
            throw ServiceError(400, "LIMIT_EXCEEDED", "Limit of 5 query and collections subrequests exceeded")
        }
        let before = isAllOrNone ? (tables: tables, history: history, deliveries: callouts) : nil
        var answers: [(reference: String, response: SimulatedResponse)] = []
        var results: [String: JSON] = [:]
        var failed = false
        for part in parts {
            guard let reference = part["referenceId"]?.text, results[reference] == nil else {
                throw ServiceError(400, "JSON_PARSER_ERROR", "referenceId must be given and unique")
            }
            let response = subresponse(to: part, call, results: results)
            results[reference] = response.json ?? .null
            answers.append((reference, response))
            guard response.status >= 400, isAllOrNone else { continue }
            failed = true
            break
        }
        if failed, let before {
            (tables, history, callouts) = (before.tables, before.history, before.deliveries)
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
            return (part["referenceId"]?.text ?? "", halted)
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
                JSON.write(location, to: &output)
            }
            output.append(contentsOf: "},\"httpStatusCode\":\(answer.response.status),\"referenceId\":".utf8)
            JSON.write(answer.reference, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(contentsOf: "]}".utf8)
        return output
    }

    private mutating func subresponse(to part: JSON, _ call: DataCall, results: [String: JSON]) -> SimulatedResponse {
        let method = part["method"]?.text?.uppercased() ?? "GET"
        guard let url = part["url"]?.text else {
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
        for member in part["httpHeaders"]?.members ?? [] { headers[member.name.lowercased()] = member.value.text }
        return subresponse(method, resolved, headers: headers, body: body, call)
    }

    /// Answers one part of a composite call, with the faults that aim at parts.
    private mutating func subresponse(
        _ method: String,
        _ url: String,
        headers: [String: String],
        body: [UInt8],
        _ call: DataCall
    ) -> SimulatedResponse {
        let target = RequestTarget(url)
        guard target.segments.count >= 3, target.segments[0] == "services", target.segments[1] == "data",
            target.segments.dropFirst(3).first != "composite" || target.segments.dropFirst(4).first == "sobjects"
        else { return .error(.notFound) }
        if let error = faults.strikePart(method: method, target: url) { return .error(error) }
        let part = DataCall(
            method: method,
            segments: Array(target.segments.dropFirst(3)),
            target: target,
            headers: headers,
            body: body,
            version: target.segments[2],
            user: call.user
        )
        do {
            return try respond(to: part, depth: 1)
        } catch {
            return .error(error)
        }
    }

    private mutating func batch(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let body = try call.json()
        guard let parts = body["batchRequests"]?.elements, parts.count <= Self.compositeLimit else {
            throw ServiceError(400, "LIMIT_EXCEEDED", "batchRequests takes 1 to 25 subrequests")
        }
        let halts = body["haltOnError"]?.flag ?? false
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
            usage.count(at: now)
            var url = part["url"]?.text ?? ""
            if !url.hasPrefix("/") { url = "/services/data/" + url }
            let method = part["method"]?.text?.uppercased() ?? "GET"
            let response = subresponse(
                method,
                url,
                headers: call.headers,
                body: part["richInput"]?.bytes ?? [],
                call
            )
            if response.status >= 400 { hasErrors = true }
            results.append(["statusCode": .integer(response.status), "result": response.json ?? .null])
        }
        usage.used = max(0, usage.used - 1)
        return .json(200, ["hasErrors": .bool(hasErrors), "results": .array(results)])
    }
}

/// Puts earlier results where a composite part says `@{reference.member}`.
struct ReferenceResolver {
    let results: [String: JSON]

    func resolved(_ json: JSON) throws(ServiceError) -> JSON {
        switch json {
        case .string(let text): return .string(try resolved(text))
        case .array(let elements):
            var output: [JSON] = []
            for element in elements { output.append(try resolved(element)) }
            return .array(output)
        case .object(let members):
            var output: [JSON.Member] = []
            for member in members { output.append(JSON.Member(member.name, try resolved(member.value))) }
            return .object(output)
        case .null, .bool, .number: return json
        }
    }

    func resolved(_ text: String) throws(ServiceError) -> String {
        var output = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "@") {
            output += rest[..<open]
            rest = rest[open...]
            guard rest.hasPrefix("@{"), let close = rest.firstIndex(of: "}") else {
                output.append("@")
                rest = rest.dropFirst()
                continue
            }
            let path = String(rest.dropFirst(2)[..<close])
            output += try value(path)
            rest = rest[rest.index(after: close)...]
        }
        return output + rest
    }

    private func value(_ path: String) throws(ServiceError) -> String {
        let parts = path.split(separator: ".").map { String($0) }
        var json = parts.first.flatMap { results[$0] }
        for part in parts.dropFirst() {
            let name = String(part.prefix { $0 != "[" })
            if !name.isEmpty { json = json?[name] }
            for index in part.dropFirst(name.count).split(separator: "[") {
                json = Int(index.prefix { $0 != "]" }).flatMap { json?[$0] }
            }
        }
        switch json {
        case .string(let text): return text
        case .number(let spelling): return spelling
        default:
            throw ServiceError(400, "PROCESSING_HALTED", "Invalid reference specified. No value for \(path) found.")
        }
    }
}
