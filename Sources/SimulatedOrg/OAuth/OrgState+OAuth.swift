import Crypto

extension OrgState {
    /// The session of a data request's bearer token.
    mutating func session(of request: SimulatedRequest) throws(ServiceError) -> AccessStore.Session {
        let header = request.headers["authorization"] ?? ""
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, ["bearer", "oauth"].contains(words[0].lowercased()) else { throw .session }
        let token = String(words[1])
        guard let session = access.sessions[token], session.expires > now,
            session.calls < configuration.sessionCalls ?? .max
        else { throw .session }
        access.sessions[token]?.calls += 1
        return session
    }

    /// Answers everything under `/services/oauth2`.
    mutating func respondToOAuth(_ request: SimulatedRequest, _ target: RequestTarget) -> SimulatedResponse {
        let form = TokenForm(request, target)
        do throws(OAuthProblem) {
            switch target.segments.dropFirst(2).first {
            case "authorize": return authorize(target)
            case "token":
                guard request.method == "POST" else { throw OAuthProblem("invalid_request", "must use HTTP POST") }
                return try token(form, request)
            case "revoke": return try revoke(form)
            case "introspect": return try introspect(form)
            case "userinfo": return respondToIdentity(request, target)
            default: return .error(.notFound)
            }
        } catch {
            return error.response
        }
    }

    private mutating func token(_ form: TokenForm, _ request: SimulatedRequest) throws(OAuthProblem)
        -> SimulatedResponse
    {
        guard let grant = form["grant_type"] else { throw OAuthProblem("invalid_request", "grant type is missing") }
        access.tidy(now: now)
        switch grant {
        case "authorization_code": return try exchangeCode(form)
        case "refresh_token": return try refresh(form)
        case "client_credentials":
            try authenticateClient(form, needsSecret: true)
            return issue(user: integrationUser, scope: "api id", family: nil)
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            let user = try assertedUser(form["assertion"])
            return issue(user: user, scope: "api id", family: nil)
        case "password":
            guard configuration.allowsPasswordGrant else { throw .grantType }
            try authenticateClient(form, needsSecret: true)
            guard form["username"] == configuration.username, let password = form["password"],
                password.hasPrefix(configuration.password)
            else { throw .authentication }
            return issue(user: integrationUser, scope: "api id", family: nil)
        default: throw .grantType
        }
    }

    private func authenticateClient(_ form: TokenForm, needsSecret: Bool) throws(OAuthProblem) {
        guard let client = form["client_id"] else {
            throw OAuthProblem("invalid_client_id", "client identifier invalid")
        }
        guard client == configuration.clientID else { throw .client }
        // Public clients prove themselves by PKCE, and may leave the secret out.
        if let secret = form["client_secret"] {
            guard secret == configuration.clientSecret else { throw .secret }
        } else if needsSecret {
            throw .secret
        }
    }

    private mutating func exchangeCode(_ form: TokenForm) throws(OAuthProblem) -> SimulatedResponse {
        try authenticateClient(form, needsSecret: false)
        guard let text = form["code"] else { throw OAuthProblem("invalid_request", "code is missing") }
        if text == configuration.authorizationCode {
            guard form["client_secret"] != nil else { throw .secret }
            return startAuthorization(scope: "refresh_token api id")
        }
        guard let code = access.codes[text] else { throw OAuthProblem("invalid_grant", "invalid authorization code") }
        guard !code.isUsed, now - code.issued <= AccessStore.codeLifetime else {
            throw OAuthProblem("invalid_grant", "expired authorization code")
        }
        guard form["redirect_uri"] == code.redirect else {
            throw OAuthProblem("redirect_uri_mismatch", "redirect_uri must match configuration")
        }
        if let challenge = code.challenge {
            guard let verifier = form["code_verifier"] else {
                throw OAuthProblem("invalid_grant", "code verifier is missing")
            }
            guard (43...128).contains(verifier.utf8.count),
                Base64.urlEncode(SHA256.hash(data: Array(verifier.utf8))) == challenge
            else { throw OAuthProblem("invalid_grant", "invalid code verifier") }
        } else if form["client_secret"] == nil {
            throw .secret
        }
        access.codes[text]?.isUsed = true
        return startAuthorization(scope: code.scope)
    }

    private mutating func startAuthorization(scope: String) -> SimulatedResponse {
        guard scope.split(separator: " ").contains(where: { ["refresh_token", "offline_access", "full"].contains($0) })
        else {
            return issue(user: integrationUser, scope: scope, family: nil)
        }
        let token = "5Aep861" + random.token(length: 80)
        let family = access.authorize(token: token, user: integrationUser, scope: scope, client: configuration.clientID)
        return issue(user: integrationUser, scope: scope, family: family, refreshToken: token)
    }

    private mutating func refresh(_ form: TokenForm) throws(OAuthProblem) -> SimulatedResponse {
        try authenticateClient(form, needsSecret: false)
        guard let token = form["refresh_token"] else {
            throw OAuthProblem("invalid_request", "refresh token is missing")
        }
        if let family = access.rotated[token] {
            // A replayed token means that somebody copied it: nobody keeps access.
            access.end(family: family)
            throw .deadToken
        }
        guard let refresh = access.refreshTokens[token] else { throw .deadToken }
        guard configuration.rotatesRefreshTokens else {
            return issue(user: refresh.user, scope: refresh.scope, family: refresh.family)
        }
        let next = "5Aep861" + random.token(length: 80)
        access.rotate(token, to: next)
        return issue(user: refresh.user, scope: refresh.scope, family: refresh.family, refreshToken: next)
    }

    /// Opens a session and returns its access token.
    mutating func openSession(user: String, scope: String, family: Int?) -> String {
        let token = "\(organizationID.prefix(15))!AQ8AQ\(random.token(length: 80))"
        access.sessions[token] = AccessStore.Session(
            user: user,
            scope: scope,
            client: configuration.clientID,
            issued: now,
            expires: now + configuration.sessionSeconds,
            family: family
        )
        return token
    }

    private mutating func issue(user: String, scope: String, family: Int?, refreshToken: String? = nil)
        -> SimulatedResponse
    {
        let token = openSession(user: user, scope: scope, family: family)
        let identity = "\(instanceURL)/id/\(organizationID)/\(user)"
        let issuedAt = "\(now)000"
        let key = SymmetricKey(data: Array(configuration.clientSecret.utf8))
        let signature = HMAC<SHA256>.authenticationCode(for: Array((identity + issuedAt).utf8), using: key)
        var members: [JSON.Member] = [.init("access_token", .string(token))]
        if let refreshToken { members.append(.init("refresh_token", .string(refreshToken))) }
        members.append(.init("signature", .string(Base64.encode(signature))))
        members.append(.init("scope", .string(scope)))
        members.append(.init("instance_url", .string(instanceURL)))
        members.append(.init("id", .string(identity)))
        members.append(.init("token_type", "Bearer"))
        members.append(.init("issued_at", .string(issuedAt)))
        return .json(200, .object(members), headers: ["Cache-Control": "no-store"])
    }
}
