import Domain
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport
import Testing

/// Each way of connecting, from the first token to one that dies in the middle of a page.
struct ConnectingTests {
    private static let rows = 120

    private func org(_ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }) throws -> InProcessOrg {
        let key = try SigningKey.pem("public")
        return InProcessOrg.empty {
            $0.recordsPerObject = Self.rows
            $0.maximumPageRows = 50
            $0.rotatesRefreshTokens = true
            $0.allowsPasswordGrant = true
            $0.jwtPublicKey = key
            change(&$0)
        }
    }

    private func configuration(_ grant: GrantType, _ org: InProcessOrg) async throws -> InstanceConfiguration {
        var configuration = InProcessOrg.configuration
        configuration.grantType = grant
        switch grant {
        case .authorizationCode, .clientCredentials: break
        case .refreshToken:
            let first = try await org.connector.connect(
                try await self.configuration(.authorizationCode, org),
                code: "signalbox-demo-code",
                codeVerifier: nil
            )
            configuration.refreshToken = try #require(first.refreshToken)
        case .jwtBearer:
            configuration.apiSecret = ""
            configuration.username = "integration@acme.example"
            configuration.privateKey = Secret(try SigningKey.pem("private"))
        case .password:
            configuration.username = "integration@acme.example"
            configuration.password = "sandbox-passwordSECURITYTOKEN"
        }
        return configuration
    }

    /// Opens the authorize address as a browser does and gives the code that comes back.
    private func consent(_ org: InProcessOrg, _ configuration: InstanceConfiguration, _ pkce: PKCE) async throws
        -> String
    {
        let url = org.connector.authorizeURL(configuration, state: "s", codeChallenge: pkce.challenge)
        let answer = try await org.execute(HTTPCall(method: "GET", url: url, headers: []))
        return try AuthorizationReply(parsing: try #require(answer.headers["location"])).code
    }

    @Test(arguments: GrantType.allCases)
    func
        `a session that expires in the middle of a page is renewed, its token stored before it is used, and no row is missed`(
            grant: GrantType
        ) async throws
    {
        let org = try org()
        let configuration = try await configuration(grant, org)
        let pkce = PKCE.random()
        let code = grant == .authorizationCode ? try await consent(org, configuration, pkce) : nil
        let diary = Diary(org)
        let connector = SalesforceConnector(http: diary, now: { now }, pause: { _ in })
        let first = try await connector.connect(
            configuration,
            code: code.map { Secret($0) },
            codeVerifier: pkce.verifier
        )
        #expect((first.refreshToken != nil) == [.authorizationCode, .refreshToken].contains(grant))

        let session = connector.session(first, configuration: configuration) { diary.saved($0.accessToken.exposed) }
        let ledger = MemoryLedger()
        let request = await ledger.request(["Account"], firstRun: .backfill)
        let pages = Locked(0)
        _ = try await session.poll(request, ledger) { page in
            let number = pages.withLock { pages in
                pages += 1
                return pages
            }
            if number == 1 { await org.org.expireSessions() }
            return try await ledger.store(page)
        }
        let records = await ledger.takeEvents().map(\.recordID)
        #expect(records.count == Self.rows)
        #expect(Set(records).count == Self.rows)
        let tokens = diary.entries
        let stored = try #require(tokens.firstIndex { if case .stored = $0 { true } else { false } })
        guard case .stored(let token) = tokens[stored] else { return }
        #expect(tokens.filter { if case .stored = $0 { true } else { false } }.count == 1)
        #expect(!tokens[..<stored].contains(.used(token)), "nothing used the new token before it was on disk")
        #expect(tokens[stored...].contains(.used(token)))
    }

    @Test func `a rotated token that could not be stored is not used, and not lost`() async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        let disk = Locked((isFull: true, saved: [OrgConnection]()))
        struct DiskFull: Error {}
        let session = org.connector.session(first, configuration: configuration) { connection in
            try disk.withLock { disk in
                if disk.isFull { throw DiskFull() }
                disk.saved.append(connection)
            }
        }
        await org.org.expireSessions()
        await #expect(throws: DiskFull.self) { try await session.describeObjects() }
        disk.withLock { $0.isFull = false }
        // Asking the org once more with the old token would end the whole grant.
        #expect(try await !session.describeObjects().isEmpty)
        #expect(disk.withLock { $0.saved.count } == 1)
    }

    @Test func `a session that was replaced asks for no new token`() async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        let session = org.connector.session(first, configuration: configuration) { _ in }
        await session.retire()
        _ = try await session.describeObjects()
        await org.org.expireSessions()
        await org.org.resetCalls()
        let calling = try #require(session as? any OrgCalling)
        await #expect(throws: CancellationError.self) {
            try await calling.call("GET", "/limits", contentType: nil, body: nil)
        }
        #expect(await org.org.calls.keys.allSatisfy { !$0.contains("token") })
    }

    @Test func `many who find the session expired at once get one new token`() async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        let saved = Locked(0)
        let session = org.connector.session(first, configuration: configuration) { _ in saved.withLock { $0 += 1 } }
        let calling = try #require(session as? any OrgCalling)
        await org.org.expireSessions()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try await calling.call("GET", "/limits", contentType: nil, body: nil) }
            }
            try await group.waitForAll()
        }
        #expect(saved.withLock { $0 } == 1)
    }

    @Test func `instance_url is followed, and replaced by each refresh`() async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let moved = Moved(org)
        let connector = SalesforceConnector(http: moved, now: { now }, pause: { _ in })
        let first = try await connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        #expect(first.instanceURL == InProcessOrg.address)
        let saved = Locked<OrgConnection?>(nil)
        let session = connector.session(first, configuration: configuration) { renewed in
            saved.withLock { $0 = renewed }
        }
        moved.host.withLock { $0 = "http://moved.example" }
        await org.org.expireSessions()
        _ = try await session.describeObjects()
        #expect(saved.withLock { $0?.instanceURL } == "http://moved.example")
        #expect(moved.lastData.withLock { $0 }?.hasPrefix("http://moved.example/services/data") == true)
    }

    @Test(arguments: [GrantType.authorizationCode, .clientCredentials])
    func `revoking ends the grant at the org`(grant: GrantType) async throws {
        let org = try org()
        let configuration = try await configuration(grant, org)
        let code: Secret? = grant == .authorizationCode ? "signalbox-demo-code" : nil
        let first = try await org.connector.connect(configuration, code: code, codeVerifier: nil)
        try await org.connector.session(first, configuration: configuration) { _ in }.revoke()
        // It is over, and asking again is no fault.
        try await org.connector.session(first, configuration: configuration) { _ in }.revoke()
        var dead = configuration
        dead.grantType = .authorizationCode
        let session = org.connector.session(first, configuration: dead) { _ in }
        await #expect(throws: SalesforceError.self) { try await session.describeObjects() }
    }

    @Test func `a grant that the org does not end is said to go on`() async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        await org.org.add(FaultRule(.error(status: 503, code: "BUSY", message: "Later."), path: "/revoke", times: 1))
        let session = org.connector.session(first, configuration: configuration) { _ in }
        let error = await #expect(throws: SalesforceError.self) { try await session.revoke() }
        #expect(error?.message.contains("HTTP 503") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["Connected app is not attached to Agent", "This session is not valid for use with the REST API"])
    func `a 401 that no new token mends asks for none`(words: String) async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        await org.org.add(
            FaultRule(.error(status: 401, code: "INVALID_SESSION_ID", message: words), path: "/sobjects", times: nil)
        )
        await org.org.resetCalls()
        let session = org.connector.session(first, configuration: configuration) { _ in }
        await #expect(throws: SalesforceError.self) { try await session.describeObjects() }
        #expect(await org.org.calls.keys.allSatisfy { !$0.contains("token") })
    }

    @Test func `a session that stays refused is renewed once, not for ever`() async throws {
        let org = try org()
        let configuration = try await configuration(.authorizationCode, org)
        let first = try await org.connector.connect(configuration, code: "signalbox-demo-code", codeVerifier: nil)
        await org.org.add(FaultRule(.sessionExpired, path: "/sobjects", times: nil))
        await org.org.resetCalls()
        let session = org.connector.session(first, configuration: configuration) { _ in }
        await #expect(throws: SalesforceError.self) { try await session.describeObjects() }
        let tokens = await org.org.calls.filter { $0.key.contains("token") }.values.reduce(0, +)
        #expect(tokens == 1)
    }

    @Test func `a JWT signed by another key, or for another user, is refused with the next step`() async throws {
        let other = try org { $0.jwtPublicKey = nil }
        var configuration = try await configuration(.jwtBearer, other)
        configuration.username = "nobody@acme.example"
        await #expect {
            try await other.connector.connect(configuration, code: nil, codeVerifier: nil)
        } throws: {
            "\($0)".contains("pre-authorize")
        }
        let org = try org {
            $0.jwtPublicKey =
                "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo\n4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u\n+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyeh\nkd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ\n0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIKdg\ncKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbc\nmwIDAQAB\n-----END PUBLIC KEY-----"
        }
        let signed = try await self.configuration(.jwtBearer, org)
        await #expect {
            try await org.connector.connect(signed, code: nil, codeVerifier: nil)
        } throws: {
            "\($0)".contains("certificate of this private key")
        }
    }

    @Test func `the JWT names the endpoint as its audience and lives three minutes`() async throws {
        let org = try org()
        let diary = Diary(org)
        let connector = SalesforceConnector(http: diary, now: { now }, pause: { _ in })
        let configuration = try await configuration(.jwtBearer, org)
        _ = try await connector.connect(configuration, code: nil, codeVerifier: nil)
        let assertion = try #require(
            URLText.pairs(String(decoding: diary.tokenBody ?? [], as: UTF8.self)).first { $0.name == "assertion" }?
                .value
        )
        let part = try #require(assertion.split(separator: ".").dropFirst().first)
        let padded =
            String(part).replacing("-", with: "+").replacing("_", with: "/")
            + String(repeating: "=", count: (4 - part.utf8.count % 4) % 4)
        let claims = try JSON(parsing: try #require(Base64.decode(padded)))
        #expect(claims["aud"]?.string == InProcessOrg.address)
        #expect(claims["iss"]?.string == "signalbox-demo")
        #expect(claims["sub"]?.string == "integration@acme.example")
        #expect(claims["exp"]?.integer == now.seconds + 180)
    }
}

private let now = Timestamp(seconds: 1_795_456_800)

/// Writes down which tokens were used for data, and which were stored, in their order.
private final class Diary: HTTPExecuting {
    enum Entry: Sendable, Hashable {
        case used(String)
        case stored(String)
    }

    private let org: InProcessOrg
    private let state = Locked((entries: [Entry](), tokenBody: [UInt8]?.none))

    init(_ org: InProcessOrg) { self.org = org }

    var entries: [Entry] { state.withLock { $0.entries } }
    var tokenBody: [UInt8]? { state.withLock { $0.tokenBody } }

    func saved(_ token: String) { state.withLock { $0.entries.append(.stored(token)) } }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        state.withLock { state in
            if call.url.hasSuffix("/token") { state.tokenBody = call.body }
            if let token = call.headers.first(where: { $0.name == "Authorization" })?.value.dropFirst(7) {
                state.entries.append(.used(String(token)))
            }
        }
        return try await org.execute(call)
    }
}

/// Names another host as `instance_url`, as an org does that moved.
private final class Moved: HTTPExecuting {
    let org: InProcessOrg
    let host = Locked(InProcessOrg.address)
    let lastData = Locked<String?>(nil)

    init(_ org: InProcessOrg) { self.org = org }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        if call.url.contains("/services/data") { lastData.withLock { $0 = call.url } }
        let answer = try await org.execute(call)
        guard call.url.hasSuffix("/token") else { return answer }
        let text = String(decoding: answer.body, as: UTF8.self)
            .replacing(
                "\"instance_url\":\"\(InProcessOrg.address)\"",
                with: "\"instance_url\":\"\(host.withLock { $0 })\""
            )
        return HTTPAnswer(status: answer.status, headers: answer.headers, body: Array(text.utf8))
    }
}
