import Domain
import Salesforce
import SimulatedOrg
import Testing

struct OAuthTests {
    @Test("The challenge of RFC 7636, appendix B")
    func proofKey() {
        let pkce = PKCE(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(PKCE.random() != PKCE.random())
        #expect(PKCE.random().verifier.exposed.count == 43)
    }

    @Test func `The authorize URL carries state and challenge`() {
        var configuration = InProcessOrg.configuration
        configuration.oauthScope = ""
        let url = OAuthClient.authorizeURL(configuration, state: "a b", codeChallenge: "xyz")
        #expect(
            url.hasPrefix("http://org.example/services/oauth2/authorize?response_type=code&client_id=signalbox-demo")
        )
        #expect(url.contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A8181%2Foauth%2Fcallback"))
        #expect(url.contains("&scope=api%20refresh_token&state=a%20b&code_challenge=xyz"))
    }

    @Test(
        arguments: [
            "https://acme.my.salesforce.com", "https://acme.my.salesforce.com/",
            "https://acme.my.salesforce.com/site/x/",
            "https://acme.my.salesforce.com?source=login", "https://acme.my.salesforce.com/x?y=1#z",
        ]
    )
    func `An instance_url counts as far as its host: the paths of the API begin there`(address: String) throws {
        let body = "{\"access_token\":\"00D!x\",\"instance_url\":\"\(address)\"}"
        let answer = try TokenAnswer(HTTPAnswer(status: 200, body: Array(body.utf8)))
        #expect(answer.instanceURL == "https://acme.my.salesforce.com")
    }

    @Test(
        "Every documented error is a sentence with the next step, and only a busy server is tried again",
        arguments: [
            (
                "invalid_grant", "authentication failure", SalesforceError.Kind.authorization,
                "password with security token"
            ),
            ("invalid_grant", "expired access/refresh token", .authorization, "connect again"),
            ("invalid_grant", "expired authorization code", .authorization, "15 minutes"),
            ("invalid_grant", "invalid authorization code", .authorization, "15 minutes"),
            ("invalid_grant", "Audience validation failed", .authorization, "My Domain"),
            ("invalid_grant", "user hasn't approved this consumer", .authorization, "pre-authorize"),
            ("invalid_grant", "user is not admin approved", .authorization, "pre-authorize"),
            ("invalid_grant", "", .authorization, "connect again"),
            ("invalid_client_id", "client identifier invalid", .authorization, "consumer key"),
            ("invalid_client", "invalid client credentials", .authorization, "secret"),
            ("unsupported_grant_type", "grant type not supported", .authorization, "enable the flow"),
            ("invalid_request", "invalid code challenge", .authorization, "connect again"),
            ("inactive_user", "", .authorization, "activate it"),
            ("inactive_org", "", .authorization, "administrator"),
            ("rate_limit_exceeded", "", .transient, "tried again"),
            ("redirect_uri_mismatch", "", .authorization, "callback URLs"),
            ("app_not_found", "", .authorization, "My Domain"),
            ("something_new", "", .authorization, "connect again"),
        ]
    )
    func documentedError(code: String, words: String, kind: SalesforceError.Kind, step: String) {
        let body = "{\"error\":\"\(code)\",\"error_description\":\"\(words)\"}"
        let error = OAuthFailure.error(HTTPAnswer(status: 400, body: Array(body.utf8)))
        #expect(error.kind == kind)
        #expect(error.message.contains(step), "\(error.message)")
        #expect(error.code == code)
    }

    @Test(arguments: [
        ("aPrx123", "aPrx123"), ("  aPrx%3D%3D\n", "aPrx=="),
        ("http://127.0.0.1:8181/oauth/callback?code=aPrx%3D&state=s1", "aPrx="),
    ])
    func `A code is taken bare or out of the address that the browser ended on`(text: String, code: String) throws {
        #expect(try AuthorizationReply(parsing: text).code == code)
    }

    @Test(arguments: [
        ("aPrx 123", "A code has no blanks"), ("the code is aPrx", "A code has no blanks"),
        ("http://127.0.0.1/cb", "There is no authorization code"), (" ", "There is no authorization code"),
        ("http://127.0.0.1/cb?state=s1", "That address carries no code"),
    ])
    func `What is no code is called what it is`(text: String, words: String) {
        var said = ""
        do throws(SalesforceError) { _ = try AuthorizationReply(parsing: text) } catch { said = error.message }
        #expect(said.hasPrefix(words), "\(said)")
    }

    @Test func `A refused consent says so`() {
        #expect {
            try AuthorizationReply(parsing: "http://127.0.0.1/cb?error=access_denied&error_description=end-user+denied")
                .code
        } throws: { error in
            "\(error)".contains("choose Allow")
        }
    }

    @Test func `Client credentials connect and learn who the org is`() async throws {
        let org = InProcessOrg.empty()
        let connection = try await org.connector.connect(InProcessOrg.configuration, code: nil, codeVerifier: nil)
        #expect(connection.instanceURL == InProcessOrg.address)
        #expect(connection.organizationID == (await org.org.organizationID))
        #expect(connection.isSandbox == true)
        #expect(connection.organizationName?.isEmpty == false)
    }

    @Test func `A code connects, and an expired session is renewed once with a stored, rotated token`() async throws {
        let org = InProcessOrg.empty { $0.rotatesRefreshTokens = true }
        var configuration = InProcessOrg.configuration
        configuration.grantType = .authorizationCode
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        #expect(first.refreshToken != nil)
        let saved = Saved()
        let session = org.connector.session(first, configuration: configuration) { await saved.append($0) }
        await org.org.expireSessions()
        let ledger = MemoryLedger()
        async let one = session.poll(await ledger.request(["Account"]), into: ledger)
        async let two = session.describeObjects()
        _ = try await (one, two)
        let tokens = await saved.connections
        #expect(tokens.count == 1)
        #expect(tokens.first?.refreshToken != nil)
        #expect(tokens.first?.refreshToken != first.refreshToken)
    }

    @Test func `A dead grant ends in one sentence and no loop`() async throws {
        let org = InProcessOrg.empty()
        var configuration = InProcessOrg.configuration
        configuration.grantType = .authorizationCode
        var connection = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        connection.refreshToken = "5Aep-not-a-token"
        await org.org.expireSessions()
        await org.org.resetCalls()
        let session = org.connector.session(connection, configuration: configuration) { _ in }
        await #expect(throws: SalesforceError.self) { try await session.describeObjects() }
        let tokenCalls = await org.org.calls.filter { $0.key.contains("token") }.values.reduce(0, +)
        #expect(tokenCalls <= 1)
    }

    @Test(arguments: ["Connected app is not attached to Agent", "This session is not valid for use with the REST API"])
    func `Bodies that a new token can't mend start no refresh`(words: String) {
        let body = "[{\"message\":\"\(words)\",\"errorCode\":\"INVALID_SESSION_ID\"}]"
        #expect(!RestFailure.callsForNewToken(HTTPAnswer(status: 401, body: Array(body.utf8))))
        #expect(RestFailure.callsForNewToken(HTTPAnswer(status: 401, body: Array("[]".utf8))))
    }
}

private actor Saved {
    private(set) var connections: [OrgConnection] = []
    func append(_ connection: OrgConnection) { connections.append(connection) }
}
