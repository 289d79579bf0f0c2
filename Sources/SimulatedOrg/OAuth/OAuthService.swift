import Crypto
import Primitives

/// The authorization server: the authorize page, the token endpoint, and who a token belongs to.
final class OAuthService {
    private let settings: OrgSettings
    private let database: OrgDatabase
    private var access: AccessStore

    init(settings: OrgSettings, database: OrgDatabase) {
        self.settings = settings
        self.database = database
        // Two orgs of one seed must not honour each other's tokens; a virtual clock asks for the same run again.
        let seed = database.clock.isVirtual ? settings.configuration.seed : UInt64.random(in: 0 ... .max)
        access = AccessStore(random: SeededGenerator(seed: seed, stream: "oauth"))
    }

    private var now: Stamp { database.now }

    /// Answers everything under `/services/oauth2`.
    func respond(to request: SimulatedRequest, _ target: OrgRequestTarget) -> SimulatedResponse {
        let form = TokenForm(request, target)
        do throws(OAuthError) {
            switch target.segments.dropFirst(2).first {
            case "authorize": return authorize(target)
            case "token":
                guard request.method == "POST" else { throw OAuthError("invalid_request", "must use HTTP POST") }
                return try token(form)
            case "revoke":
                guard let token = form["token"] else { throw OAuthError("invalid_request", "token is missing") }
                try access.revoke(token)
                return SimulatedResponse(status: 200)
            case "introspect": return try introspect(form)
            case "userinfo": return respondWithIdentity(request)
            default: return .error(.notFound)
            }
        } catch {
            return error.response
        }
    }

    /// Answers `/id/{org}/{user}` and `/services/oauth2/userinfo`.
    func respondWithIdentity(_ request: SimulatedRequest) -> SimulatedResponse {
        let users = StandardObjects.index(of: "User") ?? 0
        do {
            let session = try session(of: request)
            guard let user = database.tables[users].row(id: session.user) else { return .error(.notFound) }
            let document = IdentityDocument(
                user: user,
                type: database.tables[users].type,
                organizationID: database.organizationID,
                instanceURL: settings.instanceURL,
                now: now
            )
            return .json(200, document.json)
        } catch {
            // The identity service answers in plain text.
            return SimulatedResponse(
                status: 403,
                headers: ["Content-Type": "text/plain"],
                body: Array("Bad_OAuth_Token".utf8)
            )
        }
    }

    /// The session of a data request's bearer token, which is one call nearer to its end.
    func session(of request: SimulatedRequest) throws(ServiceError) -> AccessStore.Session {
        let words = (request.headers["authorization"] ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, ["bearer", "oauth"].contains(words[0].lowercased()),
            let session = access.use(
                String(words[1]),
                now: now,
                maximumCalls: settings.configuration.sessionCalls
            )
        else { throw .session }
        return session
    }

    /// An access token without the way through a grant.
    func openSession() -> String { openSession(user: database.integrationUser, scope: "api id", family: nil) }

    /// Ends every session; refresh tokens live on.
    func expireSessions() { access.endSessions() }

    /// Ends all authorizations and sessions.
    func endGrants() { access.endAll() }

    // MARK: Endpoints

    /// Sends the browser back with a code, or asks first.
    private func authorize(_ target: OrgRequestTarget) -> SimulatedResponse {
        let configuration = settings.configuration
        guard target["client_id"] == configuration.clientID else {
            return AuthorizePage.error("invalid_client_id", "client identifier invalid")
        }
        guard let redirect = target["redirect_uri"], !redirect.isEmpty,
            configuration.callbackURLs.isEmpty || configuration.callbackURLs.contains(redirect)
        else { return AuthorizePage.error("redirect_uri_mismatch", "redirect_uri must match configuration") }
        let state = target["state"].map { "&state=\($0.percentEncoded)" } ?? ""
        let start = redirect + (redirect.contains("?") ? "&" : "?")
        func refusal(_ error: String, _ description: String) -> SimulatedResponse {
            AuthorizePage.redirect(
                "\(start)error=\(error)&error_description=\(description.percentEncoded)\(state)"
            )
        }
        guard target["response_type"] == "code" else {
            return refusal("unsupported_response_type", "response type not supported")
        }
        if target["approve"] == "deny" { return refusal("access_denied", "end-user denied authorization") }
        if target["approve"] == "ask" || (configuration.asksForApproval && target["approve"] != "auto") {
            return AuthorizePage.approval(target)
        }
        let code = access.issueCode(
            redirect: redirect,
            challenge: target["code_challenge"].map { String($0.prefix { $0 != "=" }) },
            scope: target["scope"] ?? "refresh_token api id",
            now: now
        )
        return AuthorizePage.redirect("\(start)code=\(code)\(state)")
    }

    private func token(_ form: TokenForm) throws(OAuthError) -> SimulatedResponse {
        let configuration = settings.configuration
        guard let grant = form["grant_type"] else { throw OAuthError("invalid_request", "grant type is missing") }
        switch grant {
        case "authorization_code": return try exchangeCode(form)
        case "refresh_token": return try refresh(form)
        case "client_credentials":
            try authenticateClient(form, needsSecret: true)
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            try BearerAssertion(configuration: configuration, instanceURL: settings.instanceURL, now: now)
                .check(form["assertion"])
        case "password":
            guard configuration.allowsPasswordGrant else { throw .grantType }
            try authenticateClient(form, needsSecret: true)
            guard form["username"] == configuration.username, let password = form["password"],
                password.hasPrefix(configuration.password)
            else { throw .authentication }
        default: throw .grantType
        }
        return issue(user: database.integrationUser, scope: "api id", family: nil)
    }

    private func authenticateClient(_ form: TokenForm, needsSecret: Bool) throws(OAuthError) {
        guard form["client_id"] == settings.configuration.clientID else { throw .client }
        // Public clients prove themselves by PKCE, and may leave the secret out.
        if let secret = form["client_secret"] {
            guard secret == settings.configuration.clientSecret else { throw .secret }
        } else if needsSecret {
            throw .secret
        }
    }

    private func exchangeCode(_ form: TokenForm) throws(OAuthError) -> SimulatedResponse {
        try authenticateClient(form, needsSecret: false)
        guard let code = form["code"] else { throw OAuthError("invalid_request", "code is missing") }
        if code == settings.configuration.authorizationCode {
            guard form["client_secret"] != nil else { throw .secret }
            return startAuthorization(scope: "refresh_token api id")
        }
        let scope = try access.redeem(
            code,
            redirect: form["redirect_uri"],
            verifier: form["code_verifier"],
            hasSecret: form["client_secret"] != nil,
            now: now
        )
        return startAuthorization(scope: scope)
    }

    private func startAuthorization(scope: String) -> SimulatedResponse {
        let user = database.integrationUser
        guard scope.split(separator: " ").contains(where: { ["refresh_token", "offline_access", "full"].contains($0) })
        else { return issue(user: user, scope: scope, family: nil) }
        let (family, token) = access.authorize(user: user, scope: scope)
        return issue(user: user, scope: scope, family: family, refreshToken: token)
    }

    private func refresh(_ form: TokenForm) throws(OAuthError) -> SimulatedResponse {
        try authenticateClient(form, needsSecret: false)
        guard let token = form["refresh_token"] else {
            throw OAuthError("invalid_request", "refresh token is missing")
        }
        let (refresh, next) = try access.renew(token, rotates: settings.configuration.rotatesRefreshTokens)
        return issue(user: refresh.user, scope: refresh.scope, family: refresh.family, refreshToken: next)
    }

    private func introspect(_ form: TokenForm) throws(OAuthError) -> SimulatedResponse {
        let configuration = settings.configuration
        guard form["client_id"] == configuration.clientID, form["client_secret"] == configuration.clientSecret else {
            throw .secret
        }
        guard let token = form["token"] else { throw OAuthError("invalid_request", "token is missing") }
        let common: [JSON.Member] = [
            .init("client_id", .string(configuration.clientID)), .init("username", .string(configuration.username)),
        ]
        if let session = access.session(token, now: now) {
            let identity = "\(settings.instanceURL)/id/\(database.organizationID)/\(session.user)"
            let members: [JSON.Member] =
                [.init("active", true), .init("scope", .string(session.scope))] + common + [
                    .init("sub", .string(identity)), .init("token_type", "access_token"),
                    .init("exp", .integer(session.expires)), .init("iat", .integer(session.issued)),
                    .init("nbf", .integer(session.issued)),
                ]
            return .json(200, .object(members))
        }
        guard let refresh = access.refresh(token) else { return .json(200, ["active": false]) }
        let members: [JSON.Member] =
            [.init("active", true), .init("scope", .string(refresh.scope))] + common + [
                .init("token_type", "refresh_token")
            ]
        return .json(200, .object(members))
    }

    // MARK: Tokens

    private func openSession(user: String, scope: String, family: Int?) -> String {
        access.openSession(
            user: user,
            scope: scope,
            organization: database.organizationID,
            seconds: settings.configuration.sessionSeconds,
            family: family,
            now: now
        )
    }

    private func issue(user: String, scope: String, family: Int?, refreshToken: String? = nil) -> SimulatedResponse {
        let token = openSession(user: user, scope: scope, family: family)
        let identity = "\(settings.instanceURL)/id/\(database.organizationID)/\(user)"
        let issuedAt = "\(now)000"
        let key = SymmetricKey(data: Array(settings.configuration.clientSecret.utf8))
        let signature = HMAC<SHA256>.authenticationCode(for: Array((identity + issuedAt).utf8), using: key)
        var members: [JSON.Member] = [.init("access_token", .string(token))]
        if let refreshToken { members.append(.init("refresh_token", .string(refreshToken))) }
        members.append(.init("signature", .string(Base64.encode(signature))))
        members.append(.init("scope", .string(scope)))
        members.append(.init("instance_url", .string(settings.instanceURL)))
        members.append(.init("id", .string(identity)))
        members.append(.init("token_type", "Bearer"))
        members.append(.init("issued_at", .string(issuedAt)))
        return .json(200, .object(members), headers: ["Cache-Control": "no-store"])
    }
}
