package import Domain
package import Primitives

/// Talks to the authorize, token and revoke endpoints of the configured host.
package struct OAuthClient: Sendable {
    private let http: any HTTPExecuting
    private let now: @Sendable () -> Timestamp
    private let turns: TokenTurns
    private let pause: @Sendable (Duration) async throws -> Void

    /// How long to wait before a busy endpoint is asked again.
    private static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]

    package init(
        http: any HTTPExecuting,
        now: @escaping @Sendable () -> Timestamp,
        turns: TokenTurns,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.http = http
        self.now = now
        self.turns = turns
        self.pause = pause
    }

    package static func authorizeURL(
        _ configuration: InstanceConfiguration,
        state: String,
        codeChallenge: String?
    ) -> String {
        let query = URLText.form([
            ("response_type", "code"),
            ("client_id", configuration.apiKey.exposed),
            ("redirect_uri", configuration.oauthCallbackURL),
            ("scope", configuration.oauthScope.isEmpty ? "api refresh_token" : configuration.oauthScope),
            ("state", state),
            ("code_challenge", codeChallenge),
        ])
        return "\(configuration.baseURL)/services/oauth2/authorize?\(query)"
    }

    /// The first token, by the grant that the configuration asks for.
    package func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?
    ) async throws -> OrgConnection {
        let grant = code == nil || configuration.grantType != nil ? configuration.effectiveGrant : .authorizationCode
        guard grant == .authorizationCode else { return try await token(grant, configuration, old: nil) }
        guard let code, !code.isEmpty else {
            throw SalesforceError(
                .authorization,
                "This connection needs a person's consent; connect in the browser and give the code."
            )
        }
        let redeemed = try AuthorizationReply(parsing: code.exposed).code
        return try await post(
            configuration,
            .authorizationCode,
            old: nil,
            [
                ("grant_type", "authorization_code"),
                ("code", redeemed),
                ("client_id", configuration.apiKey.exposed),
                ("client_secret", Self.secret(of: configuration)),
                ("redirect_uri", configuration.oauthCallbackURL),
                ("code_verifier", codeVerifier?.exposed),
            ]
        )
    }

    /// The next token: by refresh token where there is one, else by the same grant again.
    package func renew(_ old: OrgConnection, _ configuration: InstanceConfiguration) async throws -> OrgConnection {
        switch configuration.effectiveGrant {
        case .authorizationCode, .refreshToken: try await token(.refreshToken, configuration, old: old)
        case let grant: try await token(grant, configuration, old: old)
        }
    }

    /// Ends the grant; a refresh token takes its access tokens with it.
    ///
    /// - Throws: `SalesforceError` where it may go on; not where it was over before.
    package func revoke(_ connection: OrgConnection, _ configuration: InstanceConfiguration) async throws {
        let body = URLText.form([("token", (connection.refreshToken ?? connection.accessToken).exposed)])
        let answer = try await send("\(connection.instanceURL)/services/oauth2/revoke", body)
        guard !answer.isSuccess else { return }
        let json = try? JSON(parsing: answer.body)
        let code = json?["error"]?.string
        if code == "invalid_token" { return }
        throw SalesforceError(
            .refused,
            "It answered HTTP \(answer.status)\(code.map { " (\($0.prefix(60)))" } ?? "").",
            code: code,
            providerMessage: json?["error_description"]?.string.map { String($0.prefix(2000)) }
        )
    }

    private func token(
        _ grant: GrantType,
        _ configuration: InstanceConfiguration,
        old: OrgConnection?
    ) async throws -> OrgConnection {
        let secret = Self.secret(of: configuration)
        switch grant {
        case .authorizationCode:
            throw SalesforceError(.authorization, "The session is over and there is no refresh token; connect again.")
        case .refreshToken:
            guard
                let refresh = old?.refreshToken?.exposed
                    ?? (configuration.refreshToken.isEmpty ? nil : configuration.refreshToken.exposed)
            else {
                throw SalesforceError(
                    .authorization,
                    "The session is over and there is no refresh token; connect again with the scope refresh_token."
                )
            }
            var renewed = try await post(
                configuration,
                grant,
                old: old,
                [
                    ("grant_type", "refresh_token"), ("refresh_token", refresh),
                    ("client_id", configuration.apiKey.exposed), ("client_secret", secret),
                ]
            )
            if renewed.refreshToken == nil { renewed.refreshToken = Secret(refresh) }
            return renewed
        case .clientCredentials:
            return try await post(
                configuration,
                grant,
                old: old,
                [
                    ("grant_type", "client_credentials"), ("client_id", configuration.apiKey.exposed),
                    ("client_secret", secret),
                ]
            )
        case .jwtBearer:
            let assertion = try JWTAssertion.make(configuration, now: now())
            return try await post(
                configuration,
                grant,
                old: old,
                [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion),
                ]
            )
        case .password:
            return try await post(
                configuration,
                grant,
                old: old,
                [
                    ("grant_type", "password"), ("client_id", configuration.apiKey.exposed), ("client_secret", secret),
                    ("username", configuration.username), ("password", configuration.password.exposed),
                ]
            )
        }
    }

    /// A public app has none, and sends none.
    private static func secret(of configuration: InstanceConfiguration) -> String? {
        configuration.apiSecret.isEmpty ? nil : configuration.apiSecret.exposed
    }

    /// One token request; again after short pauses while the endpoint says that it is busy.
    private func post(
        _ configuration: InstanceConfiguration,
        _ grant: GrantType,
        old: OrgConnection?,
        _ form: [(String, String?)]
    ) async throws -> OrgConnection {
        let (url, body) = ("\(configuration.baseURL)/services/oauth2/token", URLText.form(form))
        return try await turns.run(TokenTurns.key(configuration, old)) {
            var failures = 0
            while true {
                let answer = try await send(url, body)
                do {
                    return try TokenAnswer(answer, grant: grant).connection(after: old, now: now())
                } catch let error as SalesforceError {
                    guard OAuthFailure.isBusy(error), failures < Self.pauses.count else { throw error }
                    try await pause(Self.pauses[failures])
                    failures += 1
                }
            }
        }
    }

    private func send(_ url: String, _ form: String) async throws -> HTTPAnswer {
        let call = HTTPCall(
            method: "POST",
            url: url,
            headers: [
                .init("Content-Type", "application/x-www-form-urlencoded"), .init("Accept", "application/json"),
            ],
            body: Array(form.utf8),
            maximumBytes: 1 << 20,
            limit: .head
        )
        do {
            return try await http.execute(call).withoutMark
        } catch let fault as HTTPFault {
            throw RestFailure.error(fault, host: HTTPAddress.authority(of: url) ?? url)
        }
    }
}
