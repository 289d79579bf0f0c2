import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import SimulatedOrg

/// An instance of its own with an org of its own; what lies between them, and the way to the callback, can break.
struct BreakLane: Sendable {
    let id: InstanceID
    let org: Org
    let server: RunningSimulatedOrg
    /// None where nothing is to break.
    let proxies: [BreakCase.Side: BreakingProxy]

    /// The number decides by which grant it connects.
    static func start(_ number: Int, _ engine: Engine, callback: CallbackServer, breaks: Bool) async throws -> BreakLane
    {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        configuration.keepsHistory = false
        configuration.dailyCalls = 100_000_000
        configuration.seed = UInt64(number)
        let org = Org(configuration: configuration)
        let server = try await SimulatedOrgServer(configuration: configuration, org: org, logger: quiet).start()
        var proxies: [BreakCase.Side: BreakingProxy] = [:]
        if breaks {
            for side in [BreakCase.Side.org, .token] {
                proxies[side] = try await BreakingProxy.start(before: server.port)
            }
            proxies[.callback] = try await BreakingProxy.start(before: callback.port)
        }
        if let proxy = proxies[.org] { await org.move(to: proxy.url) }
        var draft = InstanceDraft.sample(callback: proxies[.callback].map { $0.url + "/hook" } ?? callback.url) {
            $0.baseURL = proxies[.token]?.url ?? server.url
            $0.apiKey = Secret(configuration.clientID)
            $0.apiSecret = Secret(configuration.clientSecret)
            $0.oauthCallbackURL = "http://localhost"
            $0.objects = ["Account", "Contact"]
            if number % 2 == 1 { $0.grantType = .clientCredentials }
        }
        draft.name = "lane \(number)"
        draft.authorizationCode = number % 2 == 1 ? nil : configuration.authorizationCode.map { Secret($0) }
        let made = try await engine.createInstance(draft)
        return BreakLane(id: made.id, org: org, server: server, proxies: proxies)
    }

    func stop() async throws {
        for proxy in proxies.values { try await proxy.close() }
        await server.stop()
    }

    /// A record more, or another name for one of those that are there; its key in what is told.
    func change(_ records: inout [String], name: String, _ dice: inout SeededGenerator) async throws -> String {
        if dice.chance(30), let record = records.randomElement(using: &dice) {
            try await org.change("Account", record, ["Name": .string(name)])
            return ToldRecords.key(record, name)
        }
        let record = try await org.create("Account", ["Name": .string(name)])
        records.append(record)
        return ToldRecords.key(record, name)
    }
}
