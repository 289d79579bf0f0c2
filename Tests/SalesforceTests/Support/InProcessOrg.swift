import Domain
import EngineTestSupport
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport

/// Asks a simulated org without a socket, and lets its faults strike the answers.
final class InProcessOrg: HTTPExecuting {
    let org: Org
    /// The clock of the machine that asks.
    let machine = MachineClock()
    let hosts = Hosts()
    /// A number field of the org that has become a text, and not by any write: its values are spelled otherwise.
    let retyped = Locked<String?>(nil)
    /// The most bytes of an answer with rows that are taken, and how many answers were larger.
    let answerLimit = Locked<Int?>(nil)
    let overruns = Locked(0)

    private let asked: OrgInProcess

    init(org: Org) {
        self.org = org
        asked = OrgInProcess(org: org)
    }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        guard let scheme = call.url.firstRange(of: "://") else { throw HTTPFault.unreachable("no scheme") }
        let rest = call.url[scheme.upperBound...]
        let target = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        let address = String(call.url[..<rest.startIndex]) + rest.prefix { $0 != "/" }
        if let answer = try hosts.answer(address, target) { return answer }
        let answer = try await asked.execute(call)
        try refuseLarge(answer, target)
        guard let field = retyped.withLock({ $0 }) else { return answer }
        return HTTPAnswer(
            status: answer.status,
            headers: answer.headers,
            body: Self.spelledAsText(field, in: answer.body)
        )
    }
}

extension InProcessOrg {
    /// As the client does that reads the answer, long before it is a gigabyte.
    private func refuseLarge(_ answer: HTTPAnswer, _ target: String) throws(HTTPFault) {
        guard let limit = answerLimit.withLock({ $0 }), answer.body.count > limit,
            target.contains("/query") || target.contains("/composite")
        else { return }
        overruns.withLock { $0 += 1 }
        throw .tooLarge(limit: limit)
    }

    private static func spelledAsText(_ field: String, in body: [UInt8]) -> [UInt8] {
        var rest = String(decoding: body, as: UTF8.self)[...]
        var out = ""
        while let name = rest.firstRange(of: "\"\(field)\":") {
            out += rest[..<name.upperBound]
            rest = rest[name.upperBound...]
            let number = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            out += number.isEmpty ? "" : "\"\(number)\""
        }
        return Array((out + rest).utf8)
    }

    static let address = "http://org.example"

    /// An empty org whose clock stands still until it is moved.
    static func empty(_ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }) -> InProcessOrg {
        var configuration = SimulatedOrgConfiguration.empty
        configuration.instanceURL = address
        change(&configuration)
        return InProcessOrg(org: Org(configuration: configuration, clock: .virtual))
    }

    var connector: SalesforceConnector {
        SalesforceConnector(http: self, now: { [machine] in machine.now }, pause: { _ in })
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

    /// By a login host of its own, which knows where the org is.
    static func configuration(_ grant: GrantType) -> InstanceConfiguration {
        var configuration = configuration
        configuration.baseURL = "http://login.example"
        configuration.grantType = grant
        return configuration
    }

    /// What a person's consent, or the app alone, brings.
    func connect(_ grant: GrantType) async throws -> KeptConnection {
        let code: Secret? = grant == .authorizationCode ? "signalbox-demo-code" : nil
        let connection = try await connector.connect(Self.configuration(grant), code: code, codeVerifier: nil)
        return KeptConnection(connection, grant)
    }

    /// A session with what is stored of the connection, as after a restart.
    func session(_ kept: KeptConnection) -> any OrgSession {
        connector.session(kept.connection, configuration: Self.configuration(kept.grant)) { kept.save($0) }
    }

    /// The org goes to another host, and the one that it leaves answers otherwise from then on.
    func move(leaving manner: Hosts.Manner) async {
        await org.move(to: hosts.leave(manner))
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

extension OrgConnecting {
    /// For those that want the connection only once all of it is there.
    func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?
    ) async throws -> OrgConnection {
        try await connect(configuration, code: code, codeVerifier: codeVerifier, granted: { _ in })
    }
}

/// A machine's clock that moves when told to.
final class MachineClock: Sendable {
    private let moment = Locked(Timestamp(seconds: 1_795_456_800))

    var now: Timestamp { moment.withLock { $0 } }

    func jump(seconds: Int64) { moment.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

/// The connection as the store has it.
final class KeptConnection: Sendable {
    let grant: GrantType
    private let kept: Locked<OrgConnection>

    init(_ connection: OrgConnection, _ grant: GrantType) {
        self.grant = grant
        kept = Locked(connection)
    }

    var connection: OrgConnection { kept.withLock { $0 } }

    func save(_ connection: OrgConnection) { kept.withLock { $0 = connection } }
}
