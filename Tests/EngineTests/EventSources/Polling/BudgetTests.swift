import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport
import Testing

/// Hours of the virtual clock: the engine polls a simulated org by its own schedule.
struct BudgetTests {
    /// An org that an engine watches, five minutes at a time.
    private struct Scene {
        let org: Org
        let clock: ManualClock
        let engine: Engine
        let id: InstanceID
        private(set) var created = 0
        private(set) var steps = 0
        /// Calls of the org's allowance that this program made, by step.
        private(set) var calls: [Int] = []

        init(_ org: Org, _ clock: ManualClock, _ engine: Engine, _ id: InstanceID) {
            (self.org, self.clock, self.engine, self.id) = (org, clock, engine, id)
        }

        var overview: InstanceOverview { get async throws { try await engine.instance(id) } }
        var reason: String? {
            get async throws {
                if case .degraded(let reason, _, _) = try await overview.source { reason } else { nil }
            }
        }

        /// `others` are calls of the org's own users.
        mutating func step(rows: Int = 2, others: Int = 0) async throws {
            let before = await org.callsUsed
            created += try await org.seed("Account", count: rows).count
            await org.advanceClock(seconds: 300)
            clock.advance(seconds: 300)
            try await engine.waitUntil {
                let overview = try await overview
                return !overview.isPolling && (overview.nextPoll.map { $0 > clock.now } ?? false)
            }
            let after = await org.callsUsed
            calls.append(after >= before ? after - before : after)
            if others > 0 { await org.setUsage(used: after + others) }
            steps += 1
        }

        /// What a new engine finds of the same instance.
        func told() async throws -> Int64 {
            await org.advanceClock(seconds: 60)
            _ = try await engine.poll(id)
            return try await engine.counts(EventFilter()).total
        }
    }

    private func org(limit: Int) -> Org {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 1
        configuration.instanceURL = "http://org.example"
        configuration.dailyCalls = limit
        return Org(configuration: configuration, clock: .virtual)
    }

    private func draft(_ budget: Int) -> InstanceDraft {
        var draft = InstanceDraft.sample {
            $0.baseURL = "http://org.example"
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.oauthCallbackURL = "http://localhost"
            $0.objects = ["Account"]
            $0.refreshInterval = 5
            $0.apiBudget = budget
        }
        draft.authorizationCode = "signalbox-demo-code"
        return draft
    }

    private func withScene(
        _ org: Org,
        budget: Int,
        http: (OrgInProcess) -> any HTTPExecuting = { $0 },
        _ body: (inout Scene) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let connector = SalesforceConnector(
            http: http(OrgInProcess(org: org)),
            now: { clock.now },
            pause: { _ in }
        )
        try await EngineFixture.run(connector, clock: clock) { fixture in
            let made = try await fixture.engine.createInstance(draft(budget))
            var scene = Scene(org, clock, fixture.engine, made.id)
            try await body(&scene)
        }
    }

    @Test func `a day and a half of a busy org stays within the budget, which is said before it is reached`()
        async throws
    {
        // 288 polls a day would take about 350 calls.
        try await withScene(org(limit: 1000), budget: 20) { scene in
            var spentWhenSaid: Int?
            for _ in 0..<432 {
                try await scene.step()
                if try await scene.reason != nil, spentWhenSaid == nil { spentWhenSaid = scene.calls.reduce(0, +) }
            }
            let days = scene.calls.indices.dropLast(287).map { scene.calls[$0..<($0 + 288)].reduce(0, +) }
            #expect((days.max() ?? 0) <= 200 && (days.min() ?? 0) > 120, "\(days.min() ?? 0)…\(days.max() ?? 0)")
            let said = try #require(spentWhenSaid)
            #expect(said < 120)
            let budget = try #require(try await scene.overview.apiBudget)
            #expect(budget.limit == 200 && budget.calls[.rows] > 50 && budget.calls[.reconcile] > 0, "\(budget)")
            // More than the org allows: at once as the settings say.
            await scene.org.setUsage(limit: 100_000)
            for _ in 0..<15 { try await scene.step() }
            #expect(try await scene.overview.source.word == "LIVE")
            let isBusy = scene.calls.suffix(2).allSatisfy { $0 > 0 }
            #expect(isBusy)
            #expect(try await scene.told() == Int64(scene.created))
        }
    }

    @Test func `where the org's own users take all calls, polls become few, and many again on the next day`()
        async throws
    {
        try await withScene(org(limit: 2000), budget: 50) { scene in
            var reasons: Set<String> = []
            var isBusyAgain = false
            for step in 0..<440 {
                // At the end of the day there is nothing left.
                try await scene.step(others: step < 150 ? 60 : 0)
                if let reason = try await scene.reason { reasons.insert(reason) }
                isBusyAgain = scene.calls.suffix(6).allSatisfy { $0 > 0 }
                if step > 200, isBusyAgain, try await scene.overview.source.word == "LIVE" { break }
            }
            let isSaid = reasons.contains { $0.contains("left to its own users") }
            #expect(isSaid, "\(reasons)")
            #expect(isBusyAgain)
            #expect(try await scene.overview.source.word == "LIVE")
            #expect(try await scene.told() == Int64(scene.created))
        }
    }

    /// An org whose answers don't say how many calls it allows.
    private struct Silent: HTTPExecuting {
        let org: OrgInProcess

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            let answer = try await org.execute(call)
            return HTTPAnswer(
                status: answer.status,
                headers: answer.headers.filter { $0.key != "sforce-limit-info" },
                body: answer.body
            )
        }
    }

    @Test func `an org that does not say its limit is polled as the settings say, and the calls are counted`()
        async throws
    {
        try await withScene(org(limit: 1000), budget: 1, http: { Silent(org: $0) }) { scene in
            for _ in 0..<36 { try await scene.step() }
            let isSteady = scene.calls.allSatisfy { $0 > 0 }
            #expect(isSteady)
            let overview = try await scene.overview
            let budget = try #require(overview.apiBudget)
            #expect(overview.source.word == "LIVE" && budget.limit == nil && overview.apiUsage == nil)
            #expect(budget.calls.total >= scene.calls.reduce(0, +))
        }
    }

    @Test func `a restart does not forget what was spent`() async throws {
        try await withScratchDirectory { directory in
            let org = org(limit: 1000)
            let clock = ManualClock()
            let connector = SalesforceConnector(http: OrgInProcess(org: org), now: { clock.now }, pause: { _ in })
            let spent = try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                let made = try await fixture.engine.createInstance(draft(50))
                var scene = Scene(org, clock, fixture.engine, made.id)
                for _ in 0..<6 { try await scene.step() }
                return try await scene.overview.apiBudget?.calls
            }
            try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                let before = try #require(spent)
                try await fixture.engine.waitUntil {
                    try await fixture.engine.instances().first?.apiBudget?.limit != nil
                }
                let after = try #require(try await fixture.engine.instances().first?.apiBudget?.calls)
                #expect(before.total > 6 && after[.rows] > before[.rows])
            }
        }
    }
}
