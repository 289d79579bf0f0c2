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
    private static let rows = BacklogOrg.rows
    private static let newest = BacklogOrg.newest

    private func org() async throws -> Org { try await BacklogOrg.make() }
    private var options: EngineOptions { BacklogOrg.options }
    private var draft: InstanceDraft { BacklogOrg.draft() }
    private func busy(_ org: Org, after pages: Int) async { await BacklogOrg.busy(org, after: pages) }
    private func connector(_ org: Org, _ clock: ManualClock) -> SalesforceConnector {
        BacklogOrg.connector(OrgInProcess(org: org), clock)
    }

    /// A poll reads fifty pages of a first read, here of twenty rows each; the clock of the polls stands still.
    @Test func `A data load that is longer than one poll's share is read on at once`() async throws {
        let (org, clock) = (try await BacklogOrg.loaded(older: 0, newer: 2500), ManualClock())
        try await EngineFixture.run(connector(org, clock), clock: clock) { fixture in
            let id = try await fixture.client.createInstance(draft).id
            try await waitUntil("all of it is told") {
                try await fixture.client.counts(EventFilter()).total == 2500
            }
            let instance = try await fixture.client.instance(id)
            #expect(instance.backfills.isEmpty && instance.objectProblems.isEmpty)
            try await waitUntil("the next poll is one interval away") {
                try await fixture.client.instance(id).nextPoll == clock.now.advanced(bySeconds: 300)
            }
        }
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
            // The last one that is left.
            let unread = try await org.ids("Account")[Self.rows - Self.newest - 1]
            await org.advanceClock(seconds: 60)
            try await org.change("Account", unread, ["Name": "changed"])
            let summary = try await fixture.client.poll(id)
            #expect(summary.result.updated == 1 && summary.result.created == 0)
            #expect(try await fixture.client.counts(EventFilter()).total == told + 1)
            let error = await #expect(throws: ClientError.self) {
                try await fixture.client.changeBacklogs(id, .pause, object: "Account")
            }
            #expect(error?.message == "Account has no backlog.")
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

    @Test func `An object whose backlog fails for good keeps none of the others waiting`() async throws {
        let (org, clock) = (try await BacklogOrg.make(["Account", "Contact"]), ManualClock())
        // Polls ask for both objects in one call, which these don't strike.
        let gone = FaultRule.Effect.error(status: 404, code: "NOT_FOUND", message: "It does not exist.")
        await org.add(FaultRule(gone, path: "/sobjects/Account/describe", times: nil))
        await org.add(FaultRule(gone, path: "/query.*FROM(%20|\\+)Account", times: nil))
        try await EngineFixture.run(connector(org, clock), clock: clock, options: options) { fixture in
            let draft = BacklogOrg.draft { $0.objects = ["Account", "Contact"] }
            let id = try await fixture.client.createInstance(draft).id
            // Without a move of the clock.
            try await fixture.engine.waitUntil {
                try await fixture.client.counts(EventFilter()).total == Self.rows + Self.newest
            }
            let left = try await waitUntil("one is left") { () -> [BackfillProgress]? in
                let left = try await fixture.client.instance(id).backfills
                return left.count == 1 && left[0].problem != nil ? left : nil
            }
            #expect(left.map(\.object) == ["Account"])
            #expect(left[0].problem?.contains("Account") == true)
        }
    }

    @Test func `A person who presses resume does not wait for the next try`() async throws {
        let (org, clock) = (try await org(), ManualClock())
        await busy(org, after: 4)
        try await EngineFixture.run(connector(org, clock), clock: clock, options: options) { fixture in
            let id = try await fixture.client.createInstance(draft).id
            try await fixture.engine.waitUntil {
                try await fixture.client.instance(id).backfills.first?.problem != nil
            }
            await org.removeFaults()
            try await fixture.client.changeBacklogs(id, .resume, object: nil)
            try await fixture.engine.waitUntil {
                try await fixture.client.counts(EventFilter()).total == Self.rows
            }
        }
    }

    @Test func `A budget that is raised is read on with at once`() async throws {
        let (org, clock) = (try await BacklogOrg.make { $0.dailyCalls = 1000 }, ManualClock())
        try await EngineFixture.run(connector(org, clock), clock: clock, options: options) { fixture in
            let id = try await fixture.client.createInstance(BacklogOrg.draft { $0.apiBudget = 10 }).id
            let held = try await waitUntil("the budget is spent") { () -> String? in
                try await fixture.client.instance(id).backfills.first?.problem
            }
            #expect(held.contains("the backlog of Account is read slowly, its next pages in "), "\(held)")
            #expect(try await fixture.client.counts(EventFilter()).total == Self.newest)
            _ = try await fixture.client.updateInstance(id, BacklogOrg.draft { $0.apiBudget = 100 }.withoutCode)
            try await fixture.engine.waitUntil {
                try await fixture.client.counts(EventFilter()).total == Self.rows
            }
        }
    }
}
