package import Domain
package import Primitives

/// `OrgSession` over REST. Keeps what changes rarely: the API version, the list of objects, field lists.
package actor SalesforceSession: OrgSession, OrgCalling {
    private let credential: Credential
    private let rest: RestClient
    private let now: @Sendable () -> Timestamp
    /// A clock that nobody sets, for the age of what is kept.
    private let age: @Sendable () -> Timestamp
    private var base: String?
    private var objects: (list: [ObjectDescription], at: Timestamp)?
    private var schemas: [String: (schema: ObjectSchema, at: Timestamp)] = [:]
    /// Whether descriptions are of what was asked for, and rows and logs of what was described.
    private var doubtedNames = AnswerDoubts()
    /// Of backlogs; polls keep theirs with the object's place.
    private var doubtedAnswers = AnswerDoubts()
    /// How many rows of a backlog one answer may bring, where more have been too large for one.
    private var backlogRows: [String: (rows: Int64, at: Timestamp)] = [:]

    /// Field lists and object lists are read anew after this.
    private static let cacheMilliseconds: Int64 = 3_600_000

    init(
        credential: Credential,
        rest: RestClient,
        now: @escaping @Sendable () -> Timestamp,
        age: @escaping @Sendable () -> Timestamp
    ) {
        self.credential = credential
        self.rest = rest
        self.now = now
        self.age = age
    }

    package var apiUsage: APIUsage? {
        get async { await rest.meter.usage }
    }

    package func drainCalls() async -> APICalls { await rest.meter.drain() }

    /// `/services/data/vNN.0` in the newest version that both sides speak.
    package func basePath() async throws -> String {
        if let base { return base }
        let answer = try await rest.discover()
        let base = "/services/data/" + (try APIVersion.choose(answer.body))
        self.base = base
        return base
    }

    package func describeObjects(
        where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
    ) async throws -> [ObjectDescription] {
        if let objects, age().since(objects.at) < Self.cacheMilliseconds, suffices(objects.list) {
            return objects.list
        }
        do { return try await describeObjectsAnew() } catch let error as SalesforceError {
            // What is known is better than nothing, which every name would pass.
            guard let objects, age().since(objects.at) < Self.cacheMilliseconds else { throw error }
            return objects.list
        }
    }

    package func describeObjectsAnew() async throws -> [ObjectDescription] {
        let answer = try await rest.send(.init(get: try await basePath() + "/sobjects", for: .describe))
        guard let json = try? JSON(parsing: answer.body), json["sobjects"] != nil else {
            throw SalesforceError(.transient, "The org's list of objects can't be read; it is asked again soon.")
        }
        let list = ObjectDescription.list(json)
        objects = (list, age())
        return list
    }

    package func poll(
        _ request: PollRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport {
        let calls = await rest.meter.calls
        // Free of charge, and its clock is not later than that of any row read after it.
        let answer = try await rest.discover()
        let base = "/services/data/" + (try APIVersion.choose(answer.body))
        self.base = base
        // Where a proxy removes the time, this machine's clock does for it: no clock is believed, see `OrgAnchor`.
        let clocks = PollClocks(server: answer.date ?? now(), here: now())
        let fresh = schemas.filter { age().since($0.value.at) < Self.cacheMilliseconds }
        let driver = pollDriver(base, known, reader: nil)
        var report = try await driver.run(
            ChangeDetector(
                request,
                schemas: fresh.mapValues(\.schema),
                clocks: clocks
            ),
            server: clocks.server,
            store: store
        )
        report.orgDate = answer.date
        // What is read beside the polls is not theirs.
        report.calls = await rest.meter.calls.since(calls).without(.backlog)
        return report
    }

    package func read(
        _ request: BacklogRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
    ) async throws {
        let answer = try await rest.discover()
        let base = "/services/data/" + (try APIVersion.choose(answer.body))
        self.base = base
        let clocks = PollClocks(server: answer.date ?? now(), here: now())
        let kept = request.readsFields ? nil : schemas[request.object.lowercased()]
        var poll = ObjectPoll(
            request.part,
            pages: request.pages,
            of: request.object,
            record: request.record,
            request: PollRequest(
                instanceID: request.instanceID,
                objects: [request.object],
                records: [],
                reportTouches: request.reportTouches
            ),
            schema: kept.flatMap { age().since($0.at) < Self.cacheMilliseconds ? $0.schema : nil },
            clocks: clocks
        )
        if let few = backlogRows[request.object.lowercased()], age().since(few.at) < Self.cacheMilliseconds {
            poll.resume.rows = min(poll.resume.rows ?? few.rows, few.rows)
        }
        let driver = pollDriver(base, known, reader: "backlog")
        let report = try await driver.run(ChangeDetector(poll, clocks: clocks), server: clocks.server) { page in
            let state = ResumeState(parsing: page.pollerRecords.first?.resume)
            let place = BacklogPlace(
                from: state.lower,
                position: state.position,
                span: state.span,
                rows: Int64(page.observations.count),
                total: state.total
            )
            var rows = page
            rows.pollerRecords = []
            return try await store(rows, place)
        }
        if let failure = report.failures[request.object] { throw failure }
    }

    package func revoke() async throws { try await credential.revoke() }

    package func retire() async { await credential.retire() }

    package func call(_ method: String, _ path: String, contentType: String?, body: [UInt8]?) async throws -> JSON {
        let request = RestClient.Request(
            method: method,
            path: try await basePath() + path,
            body: body,
            contentType: contentType,
            isHarmless: method == "GET"
        )
        let answer = try await rest.send(request)
        guard !answer.body.isEmpty else { return .null }
        guard let json = try? JSON(parsing: answer.body) else {
            throw SalesforceError(
                .elsewhere,
                "The org's address was reached, but does not answer as Salesforce does; check the endpoint address."
            )
        }
        return json
    }

    private func pollDriver(_ base: String, _ known: @escaping KnownRecords, reader: String?) -> PollDriver {
        PollDriver(
            rest: rest,
            base: base,
            known: known,
            here: now,
            finish: { await self.settle($0, by: reader) },
            describe: { try await self.describe($0, base: base) }
        )
    }

    /// A field list as it is used. It is kept where changes can be found by it: what can't be right at first sight, or can't
    /// be polled, must not stop the object for as long as lists are kept.
    private func accepted(
        _ result: Result<ObjectSchema, SalesforceError>,
        of name: String
    ) -> Result<ObjectSchema, SalesforceError> {
        guard case .success(var schema) = result else { return result }
        let key = name.lowercased()
        if schema.describes(name) {
            doubtedNames.settle(key)
        } else {
            doubtedNames.add([schema.name], of: key)
            guard doubtedNames.believed(of: key).contains(schema.name) else {
                return .failure(
                    SalesforceError(
                        .transient,
                        "Asked for the description of \(name), the org gave that of \(schema.name); it is asked again soon."
                    )
                )
            }
        }
        schema.believed = doubtedAnswers.believed(of: key)
        if schema.isPollable { schemas[key] = (schema, age()) }
        return .success(schema)
    }

    /// Learns from a poll what to think of its answers.
    private func settle(_ poll: ObjectPoll, by reader: String?) {
        let key = poll.name.lowercased()
        if reader != nil, poll.limits.rows.wasExceeded, let rows = poll.resume.rows { backlogRows[key] = (rows, age()) }
        if let reader, !poll.outcome.doubts.claims.isEmpty {
            doubtedAnswers.add(poll.outcome.doubts.claims, of: key, by: reader)
            schemas[key]?.schema.believed = doubtedAnswers.believed(of: key)
        } else if let reader, poll.failure == nil {
            doubtedAnswers.settle(key, by: reader)
        }
        if poll.failure?.mayBeOfFieldList == true, !poll.fields.isMissing { schemas[key] = nil }
    }

    /// Field lists, 25 to a call.
    private func describe(
        _ names: [String],
        base: String
    ) async throws -> [Result<ObjectSchema, SalesforceError>] {
        var results: [Result<ObjectSchema, SalesforceError>] = []
        var rest = names[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(CompositeCall.maximumParts))
            rest = rest.dropFirst(group.count)
            results += try await described(group, base: base)
        }
        return zip(names, results).map { accepted($1, of: $0) }
    }

    private func described(
        _ names: [String],
        base: String
    ) async throws -> [Result<ObjectSchema, SalesforceError>] {
        let paths = names.map { "\(base)/sobjects/\($0)/describe" }
        if names.count > 1, let parts = try await composite(paths, base: base) {
            return try zip(names, parts).map { try Self.schema($0, $1) }
        }
        var results: [Result<ObjectSchema, SalesforceError>] = []
        for (name, path) in zip(names, paths) {
            do {
                let answer = try await rest.send(.init(get: path, for: .describe))
                results.append(try Self.schema(name, .init(status: answer.status, body: answer.body)))
            } catch let error as SalesforceError
                where error.isOfOneObject && error.code != RestFailure.freshSessionCode
            {
                // No object is to blame for a session that is refused, and each further try would count as one more refusal.
                results.append(.failure(Self.worded(error, name)))
            }
        }
        return results
    }

    private func composite(_ paths: [String], base: String) async throws -> [CompositeCall.Part]? {
        var request = RestClient.Request(
            method: "POST",
            path: base + "/composite",
            body: CompositeCall.body(paths),
            contentType: "application/json",
            isHarmless: true,
            for: .describe
        )
        request.maximumBytes = 128 * 1024 * 1024
        do {
            return try await rest.sendComposite(request, count: paths.count).parts
        } catch let error as SalesforceError where error.kind == .refused {
            return nil
        }
    }

    private static func schema(
        _ name: String,
        _ part: CompositeCall.Part
    ) throws -> Result<ObjectSchema, SalesforceError> {
        guard (200..<300).contains(part.status) else {
            let error = RestFailure.error(status: part.status, body: part.body)
            guard error.isOfOneObject else { throw error }
            return .failure(worded(error, name))
        }
        do {
            return .success(try ObjectSchema(describe: try JSON(parsing: part.body)))
        } catch let error as SalesforceError {
            return .failure(error)
        } catch {
            return .failure(SalesforceError(.transient, "The org's description of \(name) can't be read: \(error)."))
        }
    }

    private static func worded(_ error: SalesforceError, _ name: String) -> SalesforceError {
        guard error.code == "NOT_FOUND" || error.code == "INVALID_TYPE" else { return error }
        return SalesforceError(
            .refused,
            "The org has no object \u{201C}\(name)\u{201D} that the connected user may see; "
                + "check its API name (custom ones end in __c) and the user's permissions.",
            code: error.code,
            providerMessage: error.providerMessage
        )
    }
}
