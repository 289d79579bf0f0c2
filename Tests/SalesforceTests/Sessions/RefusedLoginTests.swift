import Domain
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport
import Testing

/// Refusals of the token endpoint: every row of the table, for every grant.
struct RefusedLoginTests {
    private static func answer(_ code: String, _ description: String) -> HTTPAnswer {
        let body: JSON = ["error": .string(code), "error_description": .string(description)]
        return HTTPAnswer(status: 400, body: body.bytes)
    }

    @Test(arguments: GrantType.allCases)
    func `Each row of the table is found by its words, and judged for each grant`(grant: GrantType) {
        for row in OAuthRefusal.table {
            for words in row.words.isEmpty ? [""] : row.words {
                let description = words.uppercased()
                let note = Comment(rawValue: "\(row.code) \(words) \(grant)")
                #expect(OAuthRefusal.row(code: row.code, description: description) == row, note)
                let error = OAuthFailure.error(Self.answer(row.code, description), grant: grant)
                let expected: SalesforceError.Kind =
                    row.verdict(for: grant) == .needsPerson ? .authorization : .transient
                #expect(error.kind == expected, note)
                #expect(error.message == row.sentence(for: grant), note)
                #expect(error.message.hasSuffix(".") || error.message.hasSuffix(".)"), note)
                #expect(error.providerMessage == description, note)
            }
        }
    }

    @Test(arguments: [
        ("token request is already being processed", GrantType.refreshToken, SalesforceError.Kind.transient),
        ("ip restricted or invalid login hours", .refreshToken, .transient),
        ("expired access/refresh token", .refreshToken, .authorization),
        ("user hasn't approved this consumer", .jwtBearer, .authorization),
        ("authentication failure", .clientCredentials, .transient),
        ("something that no document names", .clientCredentials, .transient),
        ("something that no document names", .jwtBearer, .transient),
        ("something that no document names", .refreshToken, .authorization),
        ("authentication failure", .password, .authorization),
    ])
    func `Only what a person must mend calls for one`(words: String, grant: GrantType, kind: SalesforceError.Kind) {
        #expect(OAuthFailure.error(Self.answer("invalid_grant", words), grant: grant).kind == kind)
    }

    /// Refuses a number of token requests, and any that comes while another is being handled, as Salesforce does.
    private final class BusyLogin: HTTPExecuting {
        private struct State {
            var refusals: Int
            var underWay = 0
            var mostAtOnce = 0
            var requests = 0
            var otherRequests = 0
        }

        private let org: InProcessOrg
        private let others: Int
        private let state: Locked<State>

        var requests: Int { state.withLock { $0.requests } }
        var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

        /// Answers no request for a token before so many `others`.
        init(_ org: InProcessOrg, refusals: Int, after others: Int = 0) {
            self.org = org
            self.others = others
            self.state = Locked(State(refusals: refusals))
        }

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            guard call.url.contains("/oauth2/token") else {
                let answer = try await org.execute(call)
                state.withLock { $0.otherRequests += 1 }
                return answer
            }
            let isRefused = state.withLock { state in
                state.requests += 1
                state.underWay += 1
                state.mostAtOnce = max(state.mostAtOnce, state.underWay)
                if state.refusals > 0 {
                    state.refusals -= 1
                    return true
                }
                return state.underWay > 1
            }
            defer { state.withLock { $0.underWay -= 1 } }
            // All who might come between have found out that they need a token.
            try await waitUntil("\(others) other answers") { state.withLock { $0.otherRequests } >= others }
            guard !isRefused else {
                return RefusedLoginTests.answer("invalid_grant", "token request is already being processed")
            }
            return try await org.execute(call)
        }
    }

    @Test func `A busy login is asked again within the renewal`() async throws {
        let org = InProcessOrg.empty { $0.isSandbox = true }
        let login = BusyLogin(org, refusals: 3)
        let connector = SalesforceConnector(http: login, now: { org.machine.now }, pause: { _ in })
        let connection = try await connector.connect(InProcessOrg.configuration, code: nil, codeVerifier: nil)
        #expect(connection.instanceURL == InProcessOrg.address)
        #expect(login.requests == 4)
    }

    @Test func `A login that stays busy is a passing failure`() async throws {
        let org = InProcessOrg.empty()
        let login = BusyLogin(org, refusals: 100)
        let connector = SalesforceConnector(http: login, now: { org.machine.now }, pause: { _ in })
        let error = await #expect(throws: SalesforceError.self) {
            try await connector.connect(InProcessOrg.configuration, code: nil, codeVerifier: nil)
        }
        #expect(error?.kind == .transient)
        #expect(login.requests == 5)
    }

    @Test func `Instances of the same user and app renew one after another`() async throws {
        let org = InProcessOrg.empty()
        let login = BusyLogin(org, refusals: 0, after: 6)
        let connector = SalesforceConnector(http: login, now: { org.machine.now }, pause: { _ in })
        let organization = await org.org.organizationID
        let sessions = (0..<6).map { _ in
            let connection = OrgConnection(
                accessToken: "expired",
                refreshToken: nil,
                instanceURL: InProcessOrg.address,
                organizationID: organization,
                userID: "005000000000001AAA",
                issuedAt: org.machine.now
            )
            return connector.session(connection, configuration: InProcessOrg.configuration) { _ in }
        }
        try await withThrowingTaskGroup { group in
            for session in sessions { group.addTask { _ = try await session.describeObjects() } }
            try await group.waitForAll()
        }
        #expect(login.mostAtOnce == 1)
        #expect(login.requests == 6)
    }

    @Test func `A renewal that leads to another org is refused, and not stored`() async throws {
        let org = InProcessOrg.empty()
        let saved = Locked(0)
        let connection = OrgConnection(
            accessToken: "expired",
            refreshToken: nil,
            instanceURL: InProcessOrg.address,
            organizationID: "00D000000000009EAA",
            userID: nil,
            issuedAt: org.machine.now
        )
        let session = org.connector.session(connection, configuration: InProcessOrg.configuration) { _ in
            saved.withLock { $0 += 1 }
        }
        let error = await #expect(throws: SalesforceError.self) { try await session.describeObjects() }
        #expect(error?.kind == .authorization)
        #expect(error?.message.contains("00D000000000009EAA") == true)
        #expect(saved.withLock { $0 } == 0)
    }
}
