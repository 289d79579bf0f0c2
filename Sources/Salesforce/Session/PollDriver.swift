import Domain
import Primitives

/// Does what a `ChangeDetector` asks for.
struct PollDriver: Sendable {
    let rest: RestClient
    /// `/services/data/vNN.0`
    let base: String
    let known: KnownRecords
    /// This machine's clock.
    let here: @Sendable () -> Timestamp
    /// Takes each object's poll when it is over.
    let finish: @Sendable (_ poll: ObjectPoll) async -> Void
    let describe: @Sendable (_ objects: [String]) async throws -> [Result<ObjectSchema, SalesforceError>]

    func run(
        _ detector: ChangeDetector,
        server: Timestamp,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport {
        var detector = detector
        var server = server
        while true {
            try Task.checkCancellation()
            switch detector.next() {
            case .describe(let indices):
                let results = try await describe(indices.map { detector.polls[$0].name })
                for (index, result) in zip(indices, results) { detector.acceptSchema(result, of: index) }
            case .send(let calls):
                let requestedAt = here()
                let replies = try await answers(calls, detector, &server)
                let clocks = PollClocks(server: server, here: here())
                for (call, reply) in zip(calls, replies) {
                    detector.accept(reply.requested(at: requestedAt), to: call, at: clocks)
                }
            case .ledger(let object, let question):
                detector.acceptLedger(try await known(detector.polls[object].ledgerName, question), of: object)
            case .store(let page): detector.acceptStored(try await store(page))
            case .finish(let report):
                for poll in detector.polls { await finish(poll) }
                if let failure = detector.commonFailure { throw failure }
                return report
            }
        }
    }

    private func answers(
        _ calls: [ChangeDetector.Call],
        _ detector: ChangeDetector,
        _ server: inout Timestamp
    ) async throws -> [ObjectReply] {
        let isLong = calls.contains { path($0, detector).utf8.count > Self.longestAddress }
        if calls.count > 1 || isLong, let replies = try await together(calls, detector, &server) { return replies }
        var replies: [ObjectReply] = []
        for call in calls { replies.append(try await alone(call, detector, &server)) }
        return replies
    }

    /// Servers take addresses of 16 KB, proxies perhaps half of that; what is longer goes in a body.
    private static let longestAddress = 7000

    /// All in one call; nil where the org does not do that, or its answer would be too large.
    private func together(
        _ calls: [ChangeDetector.Call],
        _ detector: ChangeDetector,
        _ server: inout Timestamp
    ) async throws -> [ObjectReply]? {
        let body = CompositeCall.body(calls.map { path($0, detector) })
        var request = RestClient.Request(
            method: "POST",
            path: base + "/composite",
            body: body,
            contentType: "application/json",
            isHarmless: true,
            for: calls.map(\.purpose).min() ?? .rows
        )
        request.maximumBytes = 128 * 1024 * 1024
        let answer: HTTPAnswer
        let found: [CompositeCall.Part]?
        do {
            (answer, found) = try await rest.sendComposite(request, count: calls.count)
        } catch let error as SalesforceError where error.kind == .refused {
            return nil
        }
        guard let parts = found else { return nil }
        server = answer.date ?? server
        var replies: [ObjectReply] = []
        for (call, part) in zip(calls, parts) {
            let reply = try Self.reply(call.request, part)
            // Rows may be asked for again by themselves; the log may not, as it has to be read before them.
            if case .failure(let error) = reply, error.kind == .transient, call.request.isQuery,
                path(call, detector).utf8.count <= Self.longestAddress
            {
                replies.append(try await alone(call, detector, &server))
            } else {
                replies.append(reply)
            }
        }
        return replies
    }

    private func alone(
        _ call: ChangeDetector.Call,
        _ detector: ChangeDetector,
        _ server: inout Timestamp
    ) async throws -> ObjectReply {
        var request = RestClient.Request(get: path(call, detector), for: call.purpose)
        if let (ids, fields) = Self.rows(call.request, detector.polls[call.object].requestedSchema) {
            let body: JSON = [
                "ids": .array(ids.map { .string($0) }), "fields": .array(fields.map { .string($0) }),
            ]
            request = RestClient.Request(
                method: "POST",
                path: request.path,
                body: body.bytes,
                contentType: "application/json",
                isHarmless: true,
                for: call.purpose
            )
        }
        do {
            return try await sent(request, call.request, &server)
        } catch let error as SalesforceError where error.isOfOneObject {
            return .failure(error)
        }
    }

    /// What is asked for by id in a body.
    private static func rows(_ objectRequest: ObjectRequest, _ schema: ObjectSchema?) -> (
        ids: [String], fields: [String]
    )? {
        switch objectRequest {
        case .retrieve(let ids): schema.map { (ids, $0.fields) }
        case .exists(let ids): (ids, schema?.hasIsDeleted == true ? ["Id", "IsDeleted"] : ["Id"])
        case .query, .nextPage, .deleteLog, .updateLog, .count, .narrow: nil
        }
    }

    private func sent(
        _ request: RestClient.Request,
        _ objectRequest: ObjectRequest,
        _ server: inout Timestamp
    ) async throws -> ObjectReply {
        let answer = try await rest.send(request)
        server = answer.date ?? server
        do {
            return try Self.reply(objectRequest, .init(status: answer.status, body: answer.body))
        } catch let error as SalesforceError where error.kind == .transient {
            // A page that was cut off on its way.
            let answer = try await rest.send(request)
            return try Self.reply(objectRequest, .init(status: answer.status, body: answer.body))
        }
    }

    /// - Throws: What concerns the whole poll.
    private static func reply(_ objectRequest: ObjectRequest, _ part: CompositeCall.Part) throws -> ObjectReply {
        guard (200..<300).contains(part.status) else {
            let error = RestFailure.error(status: part.status, body: part.body)
            guard error.isOfOneObject else { throw error }
            return .failure(error)
        }
        do {
            switch objectRequest {
            case .query, .nextPage, .narrow: return .page(try QueryPage(parsing: part.body))
            case .count(let window): return .count(try WindowCount(QueryPage(parsing: part.body), of: window))
            case .retrieve, .exists: return .page(try QueryPage.retrieved(part.body))
            case .deleteLog: return .deleteLog(try DeleteLog(json(part.body)))
            case .updateLog: return .updateLog(try UpdateLog(json(part.body)))
            }
        } catch {
            return .failure(error)
        }
    }

    private static func json(_ bytes: [UInt8]) throws(SalesforceError) -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw SalesforceError(
                .transient,
                "The org's answer can't be read: \(error); it is asked again soon.",
                code: RestFailure.unusableCode
            )
        }
    }

    private func path(_ call: ChangeDetector.Call, _ detector: ChangeDetector) -> String {
        let poll = detector.polls[call.object]
        let object = poll.schema?.name ?? poll.name
        switch call.request {
        case .query(let soql, let all):
            return queryPath(soql, includesDeleted: all)
        case .nextPage(let path): return path
        case .count(let window):
            return queryPath(poll.schema.map { ChangeQuery.counting($0, window) } ?? "")
        case .narrow(let window, let after, let limit):
            return queryPath(
                poll.schema.map { ChangeQuery.narrow($0, window, after: after, limit: limit) } ?? ""
            )
        case .deleteLog(let start, let end): return logPath(object, "deleted", start, end)
        case .updateLog(let start, let end): return logPath(object, "updated", start, end)
        case .retrieve, .exists: return "\(base)/composite/sobjects/\(object)"
        }
    }

    private func queryPath(_ soql: String, includesDeleted: Bool = true) -> String {
        "\(base)/\(includesDeleted ? "queryAll" : "query")?q=\(soql.percentEncoded)"
    }

    private func logPath(_ object: String, _ log: String, _ start: Timestamp, _ end: Timestamp) -> String {
        "\(base)/sobjects/\(object)/\(log)/?start=\(start.iso.percentEncoded)&end=\(end.iso.percentEncoded)"
    }
}
