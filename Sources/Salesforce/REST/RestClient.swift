package import Domain

/// Calls REST with the current token: renews it once when it is expired, and repeats harmless requests that failed in passing.
package struct RestClient: Sendable {
    private let http: any HTTPExecuting
    private let credential: Credential
    package let meter: CallMeter
    private let pause: @Sendable (Duration) async throws -> Void

    package init(
        http: any HTTPExecuting,
        credential: Credential,
        meter: CallMeter,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.http = http
        self.credential = credential
        self.meter = meter
        self.pause = pause
    }

    /// One request below `instance_url`.
    package struct Request: Sendable, Hashable, SecretBearing {
        package var method = "GET"
        /// Begins with `/services/`.
        package var path: String
        package var body: [UInt8]?
        package var contentType: String?
        package var headers: [HTTPCall.Header] = []
        /// Changes nothing in the org, so that it may be sent again.
        package var isHarmless: Bool
        package var maximumBytes = 64 * 1024 * 1024
        package var purpose: CallPurpose

        package init(get path: String, for purpose: CallPurpose = .other) {
            self.path = path
            self.isHarmless = true
            self.purpose = purpose
        }

        package init(
            method: String,
            path: String,
            body: [UInt8]?,
            contentType: String?,
            isHarmless: Bool,
            for purpose: CallPurpose = .other
        ) {
            self.purpose = purpose
            self.method = method
            self.path = path
            self.body = body
            self.contentType = contentType
            self.isHarmless = isHarmless
        }
    }

    /// How long to wait before each repetition.
    private static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]

    /// A 2xx answer.
    ///
    /// - Throws: `SalesforceError`, `CancellationError`.
    package func send(_ request: Request) async throws -> HTTPAnswer { try await sent(request).answer }

    /// A composite call's answer and its parts; no parts where the org does not do that.
    ///
    /// Where the session ended between two parts all is asked again: what one part reads must not be older than what
    /// another one does.
    package func sendComposite(
        _ request: Request,
        count: Int
    ) async throws -> (answer: HTTPAnswer, parts: [CompositeCall.Part]?) {
        let first = try await sent(request)
        let parts = CompositeCall.parts(first.answer.body, count: count)
        guard parts?.contains(where: RestFailure.callsForNewToken) == true else { return (first.answer, parts) }
        _ = try await credential.renewed(after: first.connection.accessToken)
        let second = try await sent(request)
        let again = CompositeCall.parts(second.answer.body, count: count)
        if let refused = again?.first(where: RestFailure.callsForNewToken) {
            throw await refusal(HTTPAnswer(status: refused.status, body: refused.body))
        }
        return (second.answer, again)
    }

    private func sent(_ request: Request) async throws -> (answer: HTTPAnswer, connection: OrgConnection) {
        var connection = await credential.connection
        var isRenewed = false
        var hasRequestedMove = false
        var failures = 0
        while true {
            let failure: SalesforceError
            var isElsewhere = false
            do {
                let answer = try await counted(request, connection)
                if RestFailure.speaksOfMove(answer) {
                    // What a page of a success hides may have taken effect.
                    isElsewhere = request.isHarmless || !answer.isSuccess
                    failure = elsewhere(answer, connection)
                } else if answer.isSuccess || answer.status == 304 {
                    return (answer, connection)
                } else if RestFailure.callsForNewToken(answer) {
                    if isRenewed { throw await refusal(answer) }
                    isRenewed = true
                    connection = try await credential.renewed(after: connection.accessToken)
                    continue
                } else {
                    failure = RestFailure.error(answer)
                }
            } catch let fault as HTTPFault {
                failure = RestFailure.error(fault, host: Self.host(connection))
                isElsewhere = failure.kind == .unreachable
            }
            if isElsewhere, !hasRequestedMove {
                hasRequestedMove = true
                if try await credential.followsMove(from: connection, isAnswered: failure.kind != .unreachable) {
                    connection = await credential.connection
                    isRenewed = true
                    continue
                }
            }
            guard failure.kind == .transient, failure.code != RestFailure.limitCode, request.isHarmless,
                failures < Self.pauses.count
            else { throw failure }
            try await pause(Self.pauses[failures])
            failures += 1
        }
    }

    /// Sends it, and counts it whatever comes of it: the org has counted what reached it, though its answer broke.
    private func counted(_ request: Request, _ connection: OrgConnection) async throws -> HTTPAnswer {
        let answer: HTTPAnswer
        do { answer = try await http.execute(call(request, connection)).withoutMark } catch {
            if (error as? HTTPFault)?.isUnsent != true { await meter.count(request.purpose) }
            throw error
        }
        await meter.count(answer, for: request.purpose)
        return answer
    }

    /// The versions that the org speaks; asked without a token, free of charge. The answer's `Date` is the org's clock.
    ///
    /// Where nobody answers, or somebody else does, the org may have moved to another host since the token was got: the
    /// login host knows.
    package func discover() async throws -> HTTPAnswer {
        let known = await credential.connection
        do {
            return try await requestVersions()
        } catch let failure as SalesforceError
            where failure.kind != .transient || failure.code == RestFailure.brokenCode
        {
            let isAnswered = failure.kind != .unreachable
            guard try await credential.followsMove(from: known, isAnswered: isAnswered) else { throw failure }
            return try await requestVersions()
        }
    }

    private func requestVersions() async throws -> HTTPAnswer {
        var failures = 0
        while true {
            let connection = await credential.connection
            let failure: SalesforceError
            do {
                let call = HTTPCall(
                    method: "GET",
                    url: connection.instanceURL + "/services/data",
                    headers: [.init("Accept", "application/json")],
                    maximumBytes: 1 << 20,
                    limit: .head
                )
                let answer = try await http.execute(call).withoutMark
                if RestFailure.speaksOfMove(answer, listsVersions: true) {
                    failure = elsewhere(answer, connection)
                } else if answer.isSuccess {
                    return answer
                } else {
                    failure = RestFailure.error(answer)
                }
            } catch let fault as HTTPFault {
                failure = RestFailure.error(fault, host: Self.host(connection))
            }
            guard failure.kind == .transient, failure.code != RestFailure.limitCode, failures < Self.pauses.count
            else { throw failure }
            try await pause(Self.pauses[failures])
            failures += 1
        }
    }

    /// An org may think about a query for two minutes before it gives up by itself.
    private static func limit(_ path: String) -> Limit {
        path.contains("/query") || path.contains("/composite") ? .queryHead : .head
    }

    /// A new session was refused at once: by chance, as when another one ended it, or every time.
    private func refusal(_ answer: HTTPAnswer) async -> SalesforceError {
        RestFailure.freshSessionRefused(answer, timesInARow: await meter.refuseSession())
    }

    private func elsewhere(_ answer: HTTPAnswer, _ connection: OrgConnection) -> SalesforceError {
        RestFailure.elsewhere(answer, host: Self.host(connection), isLoginHost: credential.isAtLoginHost(connection))
    }

    private static func host(_ connection: OrgConnection) -> String {
        HTTPAddress.authority(of: connection.instanceURL) ?? "The org"
    }

    private func call(_ request: Request, _ connection: OrgConnection) -> HTTPCall {
        var headers: [HTTPCall.Header] = [
            .init("Authorization", "Bearer \(connection.accessToken.exposed)"), .init("Accept", "application/json"),
        ]
        if let type = request.contentType { headers.append(.init("Content-Type", type)) }
        return HTTPCall(
            method: request.method,
            url: connection.instanceURL + request.path,
            headers: headers + request.headers,
            body: request.body,
            maximumBytes: request.maximumBytes,
            limit: Self.limit(request.path)
        )
    }
}
