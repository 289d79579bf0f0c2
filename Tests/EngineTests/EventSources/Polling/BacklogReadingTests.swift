import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport
import Testing

/// The engine reads a long past beside its polls, as people want it.
struct BacklogReadingTests {
    private static let rows = 400
    /// Those that lie in the overlap before the org's newest stamp, which the first poll reads itself.
    private static let newest = 10

    private func org() async throws -> Org {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        configuration.instanceURL = "http://org.example"
        configuration.maximumPageRows = 20
        let org = Org(configuration: configuration, clock: .virtual)
        for _ in 0..<Self.rows / Self.newest {
            try await org.seed("Account", count: Self.newest)
            await org.advanceClock(seconds: 3600)
        }
        await org.advanceClock(seconds: 86_400)
        return org
    }

    private var options: EngineOptions {
        var options = EngineOptions()
        options.backlogRows = 100
        return options
    }

    private var draft: InstanceDraft {
        var draft = InstanceDraft.sample {
            $0.baseURL = "http://org.example"
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.oauthCallbackURL = "http://localhost"
            $0.objects = ["Account"]
            $0.firstRun = .backfill
            $0.refreshInterval = 5
        }
        draft.authorizationCode = "signalbox-demo-code"
        return draft
    }

    /// After so many pages the org is too busy for more, until its faults are removed.
    private func busy(_ org: Org, after pages: Int) async {
        await org.add(FaultRule(.concurrentLimit, path: "/query/", skip: pages, times: nil))
    }

    private func connector(_ org: Org, _ clock: ManualClock) -> SalesforceConnector {
        SalesforceConnector(http: OrgInProcess(org: org), now: { clock.now }, pause: { _ in })
    }

    @Test func `What is new is told while a past is read, which goes on after a pause and a restart`() async throws {
        try await withScratchDirectory { directory in
            let (org, clock) = (try await org(), ManualClock())
            await busy(org, after: 6)
            try await EngineFixture.run(
                connector(org, clock),
                clock: clock,
                options: options,
                directory: directory
            ) { fixture in
                let id = try await fixture.client.createInstance(draft).id
                let stuck = try await waitUntil("the org is too busy") { () -> BackfillProgress? in
                    try await fixture.client.instance(id).backfills.first { $0.problem != nil }
                }
                #expect(stuck.object == "Account" && !stuck.isPaused)
                #expect((20..<Int64(Self.rows)).contains(stuck.rows))
                #expect(stuck.total == Int64(Self.rows - Self.newest))
                #expect(stuck.calls >= 6)
                #expect(stuck.problem?.contains("too many long requests") == true)
                // Polls have nothing to do with it.
                try await org.create("Account", ["Name": "new"])
                await org.advanceClock(seconds: 60)
                let summary = try await fixture.client.poll(id)
                #expect(summary.result.created == 1 && summary.calls[.backlog] == 0)
                #expect(try await fixture.client.counts(EventFilter()).total == stuck.rows + Int64(Self.newest) + 1)
                try await fixture.client.changeBacklogs(id, .pause, object: "account")
                #expect(try await fixture.client.instance(id).backfills.first?.isPaused == true)
            }
            await org.removeFaults()
            try await EngineFixture.run(
                connector(org, clock),
                clock: clock,
                options: options,
                directory: directory
            ) { fixture in
                let id = try #require(try await fixture.client.instances().first?.id)
                await org.advanceClock(seconds: 60)
                _ = try await fixture.client.poll(id)
                let before = try await fixture.client.counts(EventFilter()).total
                #expect(before < Self.rows)
                #expect(try await fixture.client.instance(id).backfills.first?.isPaused == true)
                try await fixture.client.changeBacklogs(id, .resume, object: nil)
                try await fixture.engine.waitUntil {
                    try await fixture.client.counts(EventFilter()).total == Self.rows + 1
                }
                try await fixture.engine.waitUntil { try await fixture.client.instance(id).backfills.isEmpty }
                let calls = try await fixture.client.instance(id).apiBudget?.calls
                #expect((calls?[.backlog] ?? 0) >= Self.rows / 20)
            }
        }
    }

    @Test func `What was cancelled is not told, and its later change is an update`() async throws {
        let (org, clock) = (try await org(), ManualClock())
        await busy(org, after: 2)
        try await EngineFixture.run(connector(org, clock), clock: clock, options: options) { fixture in
            let id = try await fixture.client.createInstance(draft).id
            try await fixture.engine.waitUntil {
                try await fixture.client.instance(id).backfills.first?.problem != nil
            }
            try await fixture.client.changeBacklogs(id, .cancel, object: nil)
            #expect(try await fixture.client.instance(id).backfills == [])
            await org.removeFaults()
            let told = try await fixture.client.counts(EventFilter()).total
            let last = try #require(try await org.ids("Account").last)
            await org.advanceClock(seconds: 60)
            try await org.change("Account", last, ["Name": "changed"])
            let summary = try await fixture.client.poll(id)
            #expect(summary.result.updated == 1 && summary.result.created == 0)
            #expect(try await fixture.client.counts(EventFilter()).total == told + 1)
            let error = await #expect(throws: ClientError.self) {
                try await fixture.client.changeBacklogs(id, .pause, object: "Account")
            }
            #expect(error?.message == "Nothing of Account is left to be read beside the polls.")
        }
    }

    @Test func `A busy org is asked again by itself`() async throws {
        let (org, clock) = (try await org(), ManualClock())
        await busy(org, after: 4)
        try await EngineFixture.run(connector(org, clock), clock: clock, options: options) { fixture in
            let id = try await fixture.client.createInstance(draft).id
            try await fixture.engine.waitUntil {
                try await fixture.client.instance(id).backfills.first?.problem != nil
            }
            await org.removeFaults()
            try await fixture.engine.waitUntil {
                clock.advance(seconds: 5)
                return try await fixture.client.counts(EventFilter()).total == Self.rows
            }
        }
    }
}
