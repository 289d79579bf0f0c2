import Domain
import Primitives
import Salesforce
import SimulatedOrg

/// An org whose sessions last a number of calls, and whose locators belong to the session that began them: to every other
/// one they are 401, for ever. That is how real orgs answer.
final class ShortSessions: HTTPExecuting {
    private struct State {
        var callsLeft: [String: Int] = [:]
        var owners: [String: String] = [:]
        var logins = 0
        var refusedPages = 0
    }

    private let org: InProcessOrg
    private let calls: Int
    private let state = Locked(State())

    var logins: Int { state.withLock { $0.logins } }
    var refusedPages: Int { state.withLock { $0.refusedPages } }

    init(_ org: InProcessOrg, calls: Int) {
        self.org = org
        self.calls = calls
    }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        if call.url.contains("/oauth2/token") { state.withLock { $0.logins += 1 } }
        guard let token = call.headers.first(where: { $0.name == "Authorization" })?.value else {
            return try await org.execute(call)
        }
        let path = call.url.firstRange(of: "/services/").map { String(call.url[$0.lowerBound...]) } ?? ""
        let isLetIn = state.withLock { state in
            if let owner = state.owners[path], owner != token {
                state.refusedPages += 1
                return false
            }
            let left = state.callsLeft[token, default: calls]
            state.callsLeft[token] = left - 1
            return left > 0
        }
        guard isLetIn else {
            let body = #"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#
            return HTTPAnswer(status: 401, headers: ["content-type": "application/json"], body: Array(body.utf8))
        }
        let answer = try await org.execute(call)
        if let match = answer.text.firstMatch(of: /"nextRecordsUrl":"([^"]+)"/) {
            state.withLock { $0.owners[String(match.1)] = token }
        }
        return answer
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
        return SalesforceConnector(http: self, now: { [org] in org.machine.now }, pause: { _ in })
            .session(connection, configuration: InProcessOrg.configuration) { _ in }
    }
}
