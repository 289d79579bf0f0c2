import Domain
import Salesforce
import SimulatedOrg

/// Changes what the org says on its way; or does something before the org is asked.
struct Proxy: HTTPExecuting {
    let org: InProcessOrg
    var before: @Sendable (HTTPCall) async throws -> Void = { _ in }
    var change: @Sendable (HTTPCall, HTTPAnswer) -> HTTPAnswer = { $1 }

    init(org: InProcessOrg, change: @escaping @Sendable (HTTPCall, HTTPAnswer) -> HTTPAnswer) {
        self.org = org
        self.change = change
    }

    init(org: InProcessOrg, before: @escaping @Sendable (HTTPCall) async throws -> Void) {
        self.org = org
        self.before = before
    }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        try await before(call)
        return change(call, try await org.execute(call))
    }

    func session() async -> any OrgSession {
        let connection = OrgConnection(
            accessToken: await org.org.openSession(),
            refreshToken: nil,
            instanceURL: InProcessOrg.address,
            organizationID: nil,
            userID: nil,
            issuedAt: org.machine.now
        )
        return SalesforceConnector(http: self, now: { org.machine.now }, pause: { _ in })
            .session(connection, configuration: InProcessOrg.configuration) { _ in }
    }
}
