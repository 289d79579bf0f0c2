extension OrgState {
    /// Ends an access token, or a refresh token with everything that came from it.
    mutating func revoke(_ form: TokenForm) throws(OAuthProblem) -> SimulatedResponse {
        guard let token = form["token"] else { throw OAuthProblem("invalid_request", "token is missing") }
        if let refresh = access.refreshTokens[token] {
            access.end(family: refresh.family)
            return SimulatedResponse(status: 200)
        }
        guard access.sessions.removeValue(forKey: token) != nil else {
            throw OAuthProblem("invalid_token", "token is invalid or expired")
        }
        return SimulatedResponse(status: 200)
    }

    func introspect(_ form: TokenForm) throws(OAuthProblem) -> SimulatedResponse {
        guard form["client_id"] == configuration.clientID, form["client_secret"] == configuration.clientSecret else {
            throw .secret
        }
        guard let token = form["token"] else { throw OAuthProblem("invalid_request", "token is missing") }
        let common: [JSON.Member] = [
            .init("client_id", .string(configuration.clientID)), .init("username", .string(configuration.username)),
        ]
        if let session = access.sessions[token], session.expires > now {
            return .json(
                200,
                .object(
                    [.init("active", true), .init("scope", .string(session.scope))] + common + [
                        .init("sub", .string("\(instanceURL)/id/\(organizationID)/\(session.user)")),
                        .init("token_type", "access_token"), .init("exp", .integer(session.expires)),
                        .init("iat", .integer(session.issued)), .init("nbf", .integer(session.issued)),
                    ]
                )
            )
        }
        if let refresh = access.refreshTokens[token] {
            return .json(
                200,
                .object(
                    [.init("active", true), .init("scope", .string(refresh.scope))] + common + [
                        .init("token_type", "refresh_token")
                    ]
                )
            )
        }
        return .json(200, ["active": false])
    }

    /// Answers `/id/{org}/{user}` and `/services/oauth2/userinfo`.
    mutating func respondToIdentity(_ request: SimulatedRequest, _ target: RequestTarget) -> SimulatedResponse {
        let session: AccessStore.Session
        do {
            session = try self.session(of: request)
        } catch {
            // The identity service answers in plain text.
            return SimulatedResponse(
                status: 403,
                headers: ["Content-Type": "text/plain"],
                body: Array("Bad_OAuth_Token".utf8)
            )
        }
        let users = StandardObjects.index(of: "User") ?? 0
        guard let user = tables[users].row(id: session.user) else { return .error(.notFound) }
        func text(_ name: String) -> JSON {
            tables[users].type.field(name).map { user.value(of: $0, now: now).json } ?? .null
        }
        let base = "\(instanceURL)/services"
        let identity = JSON.string("\(instanceURL)/id/\(organizationID)/\(session.user)")
        return .json(
            200,
            [
                "id": identity, "sub": identity, "asserted_user": true, "user_id": .string(session.user),
                "organization_id": .string(organizationID), "username": text("Username"),
                "preferred_username": text("Username"), "nick_name": text("FirstName"), "display_name": text("Name"),
                "name": text("Name"), "email": text("Email"), "email_verified": true,
                "first_name": text("FirstName"), "last_name": text("LastName"), "timezone": "Europe/Berlin",
                "photos": [
                    "picture": .string("\(instanceURL)/profilephoto/005/F"),
                    "thumbnail": .string("\(instanceURL)/profilephoto/005/T"),
                ],
                "urls": [
                    "rest": .string("\(base)/data/v{version}/"),
                    "sobjects": .string("\(base)/data/v{version}/sobjects/"),
                    "query": .string("\(base)/data/v{version}/query/"),
                    "metadata": .string("\(base)/Soap/m/{version}/\(organizationID.prefix(15))"),
                    "enterprise": .string("\(base)/Soap/c/{version}/\(organizationID.prefix(15))"),
                    "partner": .string("\(base)/Soap/u/{version}/\(organizationID.prefix(15))"),
                ],
                "active": true, "user_type": "STANDARD", "language": "en_US", "locale": "de_DE", "utcOffset": 3_600_000,
                "last_modified_date": .string(StampFormat.dateTime(user.modified)), "is_app_installed": true,
            ]
        )
    }
}
