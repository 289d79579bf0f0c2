import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport
import Testing

/// An org that takes a query and is silent: nothing is said to be live that does not bring what is new.
@Suite(.timeLimit(.minutes(20)))
struct LatePollTests {
    private final class SilentOrg: HTTPExecuting {
        let http: OrgInProcess
        let gate = Locked<Gate?>(nil)
        let asked = Locked(0)

        init(_ org: Org) { http = OrgInProcess(org: org) }

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            let isQuestion = call.url.contains("/query") || call.url.contains("/composite")
            if isQuestion, let gate = gate.withLock({ $0 }) {
                asked.withLock { $0 += 1 }
                try await gate.waitUnlessCancelled()
            }
            return try await http.execute(call)
        }
    }

    private static let draft: InstanceDraft = {
        var draft = InstanceDraft.sample {
            $0.baseURL = "http://org.example"
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.grantType = .clientCredentials
            $0.refreshInterval = 1
        }
        draft.authorizationCode = nil
        return draft
    }()

    private static func reason(_ overview: InstanceOverview) -> String? {
        guard case .degraded(let reason, _, .some) = overview.source else { return nil }
        return reason
    }

    @Test func `a query that hangs for longer than the interval is said of the source and its objects`() async throws {
        let clock = ManualClock()
        let org = SilentOrg(Org(configuration: SimulatedOrgConfiguration()))
        let connector = SalesforceConnector(http: org, now: { clock.now }, pause: { _ in })
        try await EngineFixture.run(connector, clock: clock) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(Self.draft).id
            let gate = Gate()
            org.gate.withLock { $0 = gate }
            clock.advance(seconds: 61)
            try await waitUntil("the org is asked") { org.asked.withLock { $0 } > 0 }
            clock.advance(seconds: 59)
            let inTime = try await engine.instance(id)
            #expect(inTime.source.word == "LIVE")

            let notices = engine.notices()
            let heard = Locked(0)
            let listening = Task {
                for await notice in notices where notice == .instance(id) { heard.withLock { $0 += 1 } }
            }
            defer { listening.cancel() }
            clock.advance(seconds: 1)
            try await waitUntil("a dashboard hears of it") { heard.withLock { $0 } > 0 }
            let late = try await engine.instance(id)
            #expect(Self.reason(late) == "The poll has been waiting for the org for 1 min.")
            #expect(late.isPolling && late.pollers.map(\.problem) == [Self.reason(late), Self.reason(late)])
            #expect(late.objectProblems.isEmpty, "the source says it already")
            clock.advance(seconds: 60)
            let later = try await engine.instance(id)
            #expect(Self.reason(later) == "The poll has been waiting for the org for 2 min.")

            org.gate.withLock { $0 = nil }
            gate.open()
            try await waitUntil("it lives") { try await engine.instance(id).source.word == "LIVE" }
            let alive = try await engine.instance(id)
            #expect(alive.pollers.allSatisfy { $0.problem == nil })
        }
    }
}
