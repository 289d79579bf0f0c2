import Domain
import Primitives
import Salesforce
import Testing

/// What an org gave is not lost by what is asked of it next.
struct GrantedTests {
    /// Gives tokens and nothing else.
    private struct OnlyTokens: HTTPExecuting {
        let org: InProcessOrg

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            if call.url.contains("/services/data") { throw HTTPFault.unreachable("nobody is there") }
            return try await org.execute(call)
        }
    }

    @Test func `a connection is handed over before the org is asked who it is`() async throws {
        let org = InProcessOrg.empty()
        let machine = org.machine
        let connector = SalesforceConnector(http: OnlyTokens(org: org), now: { machine.now }, pause: { _ in })
        var configuration = InProcessOrg.configuration
        configuration.grantType = .authorizationCode
        let asked = configuration
        let granted = Locked<OrgConnection?>(nil)
        await #expect(throws: SalesforceError.self) {
            try await connector.connect(
                asked,
                code: "signalbox-demo-code",
                codeVerifier: nil,
                granted: { connection in granted.withLock { $0 = connection } }
            )
        }
        let connection = granted.withLock { $0 }
        #expect(connection?.refreshToken != nil)
        let kept = try #require(connection)
        await #expect(throws: SalesforceError.self) {
            try await connector.identify(kept, asked, granted: { _ in })
        }
        let identified = try await org.connector.identify(kept, asked, granted: { _ in })
        #expect(identified.organizationName != nil && identified.accessToken == kept.accessToken)
    }
}
