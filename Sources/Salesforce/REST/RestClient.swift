import Domain

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

        package init(get path: String) {
            self.path = path
            self.isHarmless = true
        }

        package init(method: String, path: String, body: [UInt8]?, contentType: String?, isHarmless: Bool) {
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
    package func send(_ request: Request) async throws -> HTTPAnswer {
        var connection = await credential.connection
        var isRenewed = false
        var hasAskedForMove = false
        var failures = 0
        while true {
            let failure: SalesforceError
            do {
                let answer = try await http.execute(call(request, connection))
                await meter.count(answer)
                if RestFailure.speaksOfMove(answer) {
                    if !hasAskedForMove, request.isHarmless, try await credential.followsMove(from: connection) {
                        hasAskedForMove = true
                        connection = await credential.connection
                        continue
                    }
                    throw RestFailure.error(answer)
                }
                if answer.isSuccess || answer.status == 304 { return answer }
                if RestFailure.callsForNewToken(answer) {
                    // What belongs to the session before, like a query's locator, is refused to every other one.
                    if isRenewed { throw RestFailure.freshSessionRefused(answer) }
                    isRenewed = true
                    connection = try await credential.renewed(after: connection.accessToken)
                    continue
                }
                failure = RestFailure.error(answer)
            } catch let fault as HTTPFault {
                failure = RestFailure.error(fault, host: HTTPAddress.authority(of: connection.instanceURL) ?? "The org")
            }
            guard failure.kind == .transient, failure.code != RestFailure.limitCode, request.isHarmless,
                failures < Self.pauses.count
            else { throw failure }
            try await pause(Self.pauses[failures])
            failures += 1
        }
    }

    /// The versions that the org speaks; asked without a token, free of charge. The answer's `Date` is the org's clock.
    ///
    /// Where nobody answers, or what answers is not the API, the org may have moved to another host since the token was
    /// got: the login host knows.
    package func discover() async throws -> HTTPAnswer {
        let known = await credential.connection
        do {
            return try await askVersions()
        } catch let failure as SalesforceError
            where failure.kind != .transient || failure.code == RestFailure.brokenCode
        {
            guard try await credential.followsMove(from: known) else { throw failure }
            return try await askVersions()
        }
    }

    private func askVersions() async throws -> HTTPAnswer {
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
                let answer = try await http.execute(call)
                if answer.isSuccess, RestFailure.isList(answer) { return answer }
                failure = answer.isSuccess ? RestFailure.notTheAPI(answer) : RestFailure.error(answer)
            } catch let fault as HTTPFault {
                failure = RestFailure.error(fault, host: HTTPAddress.authority(of: connection.instanceURL) ?? "The org")
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

    private func call(_ request: Request, _ connection: OrgConnection) -> HTTPCall {
        var headers: [HTTPCall.Header] = [
            .init("Authorization", "Bearer \(connection.accessToken)"), .init("Accept", "application/json"),
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
