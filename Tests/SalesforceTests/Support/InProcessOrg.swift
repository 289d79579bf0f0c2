import Domain
import Salesforce
import SimulatedOrg
import Synchronization

/// Asks a simulated org without a socket, and lets its faults befall the answers.
struct InProcessOrg: HTTPExecuting {
    let org: Org
    /// The clock of the machine that asks.
    let machine = MachineClock()

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        guard let scheme = call.url.firstRange(of: "://") else { throw HTTPFault.unreachable("no scheme") }
        let rest = call.url[scheme.upperBound...]
        let target = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        let headers = Dictionary(call.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let answer = await org.respond(
            to: SimulatedRequest(call.method, target, headers: headers, body: call.body ?? [])
        )
        switch answer.transport {
        case .intact, .slow: break
        case .reset, .truncated: throw HTTPFault.interrupted("the connection was closed")
        }
        var lower: [String: String] = [:]
        for (name, value) in answer.headers { lower[name.lowercased()] = value }
        return HTTPAnswer(status: answer.status, headers: lower, body: answer.body)
    }
}

extension InProcessOrg {
    static let address = "http://org.example"

    /// An empty org whose clock stands still until it is moved.
    static func empty(_ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }) -> InProcessOrg {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        configuration.instanceURL = address
        change(&configuration)
        return InProcessOrg(org: Org(configuration: configuration, clock: .virtual))
    }

    var connector: SalesforceConnector {
        SalesforceConnector(http: self, now: { machine.now }, pause: { _ in })
    }

    /// Time goes by, in the org and here.
    func advance(seconds: Int) async {
        await org.advanceClock(seconds: seconds)
        machine.jump(seconds: Int64(seconds))
    }

    static var configuration: InstanceConfiguration {
        var configuration = InstanceConfiguration()
        configuration.baseURL = address
        configuration.apiKey = "signalbox-demo"
        configuration.apiSecret = "signalbox-demo-secret"
        configuration.oauthCallbackURL = "http://127.0.0.1:8181/oauth/callback"
        configuration.grantType = .clientCredentials
        return configuration
    }

    /// A session with a valid token, as after a restart.
    func session() async -> any OrgSession {
        let connection = OrgConnection(
            accessToken: await org.openSession(),
            refreshToken: nil,
            instanceURL: Self.address,
            organizationID: nil,
            userID: nil,
            issuedAt: Timestamp(seconds: 1_795_456_800)
        )
        return connector.session(connection, configuration: Self.configuration) { _ in }
    }
}

/// A machine's clock that moves when told to.
final class MachineClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_795_456_800))

    var now: Timestamp { moment.withLock { $0 } }

    func jump(seconds: Int64) { moment.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}
