import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport
import Testing

/// A token endpoint that takes the request and never answers.
struct HungRenewalTests {
    private final class SilentLogin: HTTPExecuting {
        let http: OrgInProcess
        let isSilent = Locked(false)
        let asked = Locked(0)

        init(_ org: Org) { http = OrgInProcess(org: org) }

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            guard isSilent.withLock({ $0 }) else { return try await http.execute(call) }
            guard call.url.contains("/oauth2/token") else {
                guard call.headers.contains(where: { $0.name == "Authorization" }) else {
                    return try await http.execute(call)
                }
                let body = #"[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]"#
                return HTTPAnswer(status: 401, body: Array(body.utf8))
            }
            asked.withLock { $0 += 1 }
            await Patience.end()
            throw CancellationError()
        }
    }

    @Test func `a token request that hangs is seen and ended, and the poll is tried again by itself`() async throws {
        let clock = ManualClock()
        let login = SilentLogin(Org(configuration: SimulatedOrgConfiguration()))
        let connector = SalesforceConnector(http: login, now: { clock.now }, pause: { _ in })
        try await EngineFixture.run(connector, clock: clock) { fixture in
            let engine = fixture.engine
            var draft = InstanceDraft.sample {
                $0.baseURL = "http://org.example"
                $0.apiKey = "signalbox-demo"
                $0.apiSecret = "signalbox-demo-secret"
                $0.grantType = .clientCredentials
            }
            draft.authorizationCode = nil
            let id = try await engine.createInstance(draft).id
            #expect(try await engine.instance(id).source.word == "LIVE")
            login.isSilent.withLock { $0 = true }
            clock.advance(seconds: 301)
            try await waitUntil("the token endpoint is asked") { login.asked.withLock { $0 } == 1 }
            let known = engine.activities.filter { $0.kind == .tokenRenewal }
            #expect(known.map(\.doing) == ["waiting for the token endpoint of org.example"])
            #expect(known.map(\.instance) == [id] && engine.overdue.isEmpty)
            let time = Limit.connect.milliseconds + Limit.head.milliseconds + Limit.slowness.milliseconds
            try await clock.passWatchdog(seconds: (time + Limit.watchdog.milliseconds) / 1000)
            try await waitUntil("the poll fails") { try await engine.instance(id).source.word == "DEGRADED" }
            guard case .degraded(let reason, _, _) = try await engine.instance(id).source else { return }
            #expect(reason.contains("did not begin to answer within 30 s"))
            #expect(engine.activities.allSatisfy { $0.kind != .tokenRenewal })
            login.isSilent.withLock { $0 = false }
            clock.advance(seconds: 10)
            try await waitUntil("it lives") { try await engine.instance(id).source.word == "LIVE" }
        }
    }
}
