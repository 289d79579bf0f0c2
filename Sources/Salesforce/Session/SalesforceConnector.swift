package import Domain
package import Primitives

/// Gets access to real (or simulated) orgs over HTTP.
package struct SalesforceConnector: OrgConnecting {
    private let http: any HTTPExecuting
    private let now: @Sendable () -> Timestamp
    private let age: @Sendable () -> Timestamp
    private let pause: @Sendable (Duration) async throws -> Void
    /// Shared by all sessions: instances of one org may be of the same user and app.
    private let turns = TokenTurns()

    /// Creates a connector; `now` is this machine's clock, which JWTs carry, and `age` one that nobody sets, by which the
    /// age of what is kept is measured (nil: `now`). `pause` waits between repetitions.
    package init(
        http: any HTTPExecuting,
        now: @escaping @Sendable () -> Timestamp,
        age: (@Sendable () -> Timestamp)? = nil,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.http = http
        self.now = now
        self.age = age ?? now
        self.pause = pause
    }

    package func authorizeURL(
        _ configuration: InstanceConfiguration,
        state: String,
        codeChallenge: String?
    ) -> String {
        OAuthClient.authorizeURL(configuration, state: state, codeChallenge: codeChallenge)
    }

    package func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        let oauth = OAuthClient(http: http, now: now, turns: turns, pause: pause)
        let connection = try await oauth.connect(configuration, code: code, codeVerifier: codeVerifier)
        try await granted(connection)
        return try await identify(connection, configuration, granted: granted)
    }

    package func identify(
        _ connection: OrgConnection,
        _ configuration: InstanceConfiguration,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        // Who the org is helps people; a user without access to it may still poll.
        let latest = Locked(connection)
        let session = made(connection, configuration: configuration) { renewed in
            try await granted(renewed)
            latest.withLock { $0 = renewed }
        }
        var found: JSON?
        do {
            let path = "/query?q=" + "SELECT Id, Name, IsSandbox FROM Organization".percentEncoded
            found = try await session.call("GET", path, contentType: nil, body: nil)["records"]?.array?.first
        } catch let error as SalesforceError
            where error.kind != .authorization && error.kind != .unreachable && error.kind != .elsewhere
            && error.code != RestFailure.brokenCode && error.code != RestFailure.freshSessionCode
        {
            // Nor does an org that is busy just now cost the person their code.
        }
        var identified = latest.withLock { $0 }
        identified.organizationName = found?["Name"]?.string
        identified.isSandbox = found?["IsSandbox"]?.bool
        identified.organizationID =
            found?["Id"]?.string.flatMap { SalesforceID($0)?.text } ?? identified.organizationID
        return identified
    }

    package func session(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> any OrgSession {
        made(connection, configuration: configuration, save: save)
    }

    private func made(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> SalesforceSession {
        let tokens = ObservedExecutor(http: http, isTokenEndpoint: true)
        let oauth = OAuthClient(http: tokens, now: now, turns: turns, pause: pause)
        let meter = CallMeter()
        let credential = Credential(connection, configuration: configuration, oauth: oauth, meter: meter, save: save)
        let requests = ObservedExecutor(http: http, isTokenEndpoint: false)
        let rest = RestClient(http: requests, credential: credential, meter: meter, pause: pause)
        return SalesforceSession(credential: credential, rest: rest, now: now, age: age)
    }
}
