import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import SimulatedOrg
import Store
import Telemetry
import TestSupport
import Testing
import Tracing

@testable import Engine
@testable import Salesforce

/// Polls, backlogs and people at the same moment.
@Suite(.timeLimit(.minutes(20)))
struct BacklogRaceTests {
    private static let rows = BacklogOrg.rows
    private static let newest = BacklogOrg.newest

    /// An instance whose backlog waits for a busy org, which is busy no more.
    private func withStuckBacklog(
        _ change: (inout InstanceConfiguration) -> Void = { _ in },
        _ body: (EngineFixture, InstanceID, Org, ManualClock, HangingCalls) async throws -> Void
    ) async throws {
        let (org, clock, hanging) = (try await BacklogOrg.make(), ManualClock(), HangingCalls())
        await BacklogOrg.busy(org, after: 2)
        try await EngineFixture.run(
            BacklogOrg.connector(OrgInProcess(org: org), clock),
            clock: clock,
            options: BacklogOrg.options,
            store: { DyingStore($0, hanging: hanging) }
        ) { fixture in
            let id = try await fixture.client.createInstance(BacklogOrg.draft(change)).id
            try await waitUntil("the backlog is stuck") {
                try await fixture.client.instance(id).backfills.first?.problem != nil
            }
            await org.removeFaults()
            try await body(fixture, id, org, clock, hanging)
        }
    }

    @Test func `A data load that the first poll reads itself is no backlog, and the source is live while it comes`()
        async throws
    {
        let (org, clock, gate) = (try await BacklogOrg.loaded(older: 5), ManualClock(), Gate())
        let http = PageHolder(org)
        http.hold(on: gate)
        try await EngineFixture.run(
            BacklogOrg.connector(http, clock),
            clock: clock,
            options: BacklogOrg.options
        ) { fixture in
            let client = fixture.client
            let making = Task { try await client.createInstance(BacklogOrg.draft()) }
            try await waitUntil("a further page is asked for") { http.isHolding }
            let shown = try #require(try await client.instances().first)
            #expect(shown.source.word == "LIVE" && shown.isPolling, "\(shown.source)")
            #expect(shown.backfills == [])
            let told = try await client.counts(EventFilter()).total
            #expect(told == 20)
            gate.open()
            _ = try await making.value
            try await waitUntil("all is told") {
                try await client.counts(EventFilter()).total == BacklogOrg.rows + 5
            }
        }
    }

    @Test func `A poll that begins while a cancel waits for its turn does not undo it`() async throws {
        try await withStuckBacklog({ $0.backlogQueries = 1 }) { fixture, id, org, _, hanging in
            let poller = try await fixture.engine.directory.entry(id).sources.poller
            let gate = Gate()
            hanging.hang(.append, on: gate)
            try await fixture.client.changeBacklogs(id, .resume, object: nil)
            try await waitUntil("a page of the backlog is in the store's hands") { hanging.isHanging(.append) }
            async let cancelled: Void = fixture.client.changeBacklogs(id, .cancel, object: nil)
            try await waitUntil("the cancel waits") { await poller.gate.waiting >= 1 }
            let before = await poller.gate.waiting
            async let polled = fixture.client.poll(id)
            try await waitUntil("the poll's page waits") { await poller.gate.waiting > before }
            gate.open()
            try await cancelled
            _ = try await polled
            #expect(try await fixture.client.instance(id).backfills == [])
            let unread = try await org.ids("Account")[Self.rows - Self.newest - 1]
            await org.advanceClock(seconds: 60)
            try await org.change("Account", unread, ["Name": "changed"])
            let summary = try await fixture.client.poll(id)
            #expect(summary.result.updated == 1 && summary.result.created == 0)
        }
    }

    @Test func `A page of a part that was cancelled is not stored because another backlog has arisen`() async throws {
        try await withStuckBacklog { fixture, id, _, clock, _ in
            let poller = try await fixture.engine.directory.entry(id).sources.poller
            let part = try #require(await poller.backlog.backlogs["account"]?.parts.first)
            try await fixture.client.changeBacklogs(id, .cancel, object: nil)
            let other = #"{"parts":[{"id":\#(part.id + 100),"to":\#(clock.now.milliseconds)}],"isPaused":true}"#
            await poller.leave(Backlog(parsing: other), of: "account")
            let told = try await fixture.client.counts(EventFilter()).total
            let page = PollPage(
                observations: [.row(1, name: "cancelled", stamp: part.to.advanced(bySeconds: -60))],
                policies: [:],
                pollerRecords: [],
                source: .polling,
                pollDate: clock.now
            )
            await #expect(throws: CancellationError.self) {
                _ = try await poller.store(page, of: "Account", part: part.id, to: BacklogPlace(rows: 1))
            }
            let now = try await fixture.client.counts(EventFilter()).total
            #expect(now == told)
        }
    }

    @Test func `A cancel that can't be stored cancels nothing`() async throws {
        let (org, clock) = (try await BacklogOrg.make(), ManualClock())
        await BacklogOrg.busy(org, after: 2)
        let stores = StoreBox()
        try await EngineFixture.run(
            BacklogOrg.connector(OrgInProcess(org: org), clock),
            clock: clock,
            options: BacklogOrg.options,
            store: { stores.wrap($0) }
        ) { fixture in
            let id = try await fixture.client.createInstance(BacklogOrg.draft()).id
            try await waitUntil("the backlog is stuck") {
                try await fixture.client.instance(id).backfills.first?.problem != nil
            }
            await org.removeFaults()
            stores.store?.refuse { $0 == "savePollerRecords(_:)" }
            await #expect(throws: (any Error).self) {
                try await fixture.client.changeBacklogs(id, .cancel, object: nil)
            }
            stores.store?.refuse { _ in false }
            // Then all of it is told as what it is: without a baseline.
            let poller = try await fixture.engine.directory.entry(id).sources.poller
            #expect(await poller.records["account"]?.baseline == nil)
            try await fixture.client.changeBacklogs(id, .resume, object: nil)
            try await waitUntil("all is told") {
                try await fixture.client.counts(EventFilter()).total == Self.rows
            }
        }
    }

    @Test func `An object that comes back on the list while a poll is busy has its first run`() async throws {
        let (org, clock) = (try await BacklogOrg.make(["Contact"]), ManualClock())
        let http = PageHolder(org)
        await BacklogOrg.busy(org, after: 2)
        try await EngineFixture.run(
            BacklogOrg.connector(http, clock),
            clock: clock,
            options: BacklogOrg.options
        ) { fixture in
            func draft(_ objects: [String]) -> InstanceDraft { BacklogOrg.draft { $0.objects = objects } }
            let id = try await fixture.client.createInstance(draft(["Account", "Contact"])).id
            try await waitUntil("the backlog is stuck") {
                try await fixture.client.instance(id).backfills.first?.problem != nil
            }
            try await fixture.client.changeBacklogs(id, .pause, object: nil)
            await org.removeFaults()
            // Two pages of it.
            try await org.seed("Account", count: 30)
            await org.advanceClock(seconds: 60)
            let poller = try await fixture.engine.directory.entry(id).sources.poller
            let gate = Gate()
            http.hold(on: gate)
            async let polled = fixture.client.poll(id)
            try await waitUntil("the second page is asked for") { http.isHolding }
            // Each answers when the poll that it asks for has ended.
            async let without = fixture.client.updateInstance(id, draft(["Account"]).withoutCode)
            try await waitUntil("it is off the list") { await poller.records["contact"] == nil }
            async let with = fixture.client.updateInstance(id, draft(["Account", "Contact"]).withoutCode)
            try await waitUntil("it is back") { await poller.instance.configuration.watchedObjects.count == 2 }
            gate.open()
            _ = try await (polled, without, with)
            try await waitUntil("all of it is told") {
                try await fixture.client.counts(EventFilter()).total == Self.rows + 30
            }
        }
    }

    @Test func `Parts that are made while a poll is being stored stay`() async throws {
        try await withStuckBacklog({ $0.backlogQueries = 1 }) { fixture, id, _, _, hanging in
            let poller = try await fixture.engine.directory.entry(id).sources.poller
            let gate = Gate()
            hanging.hang(.append, on: gate)
            async let polled = fixture.client.poll(id)
            try await waitUntil("the poll's page is in the store's hands") { hanging.isHanging(.append) }
            // It asks the org anew at once, in more parts.
            let wider = BacklogOrg.draft { $0.backlogQueries = 4 }.withoutCode
            async let changed = fixture.client.updateInstance(id, wider)
            try await waitUntil("the backlog waits, too") { await poller.gate.waiting >= 1 }
            gate.open()
            _ = try await (polled, changed)
            try await waitUntil("all is told") { try await fixture.client.instance(id).backfills.isEmpty }
            #expect(try await fixture.client.counts(EventFilter()).total == Self.rows)
            let calls = try await fixture.client.instance(id).apiBudget?.calls[.backlog] ?? 0
            // 20 pages, some of which are parted.
            #expect((20..<32).contains(calls), "\(calls)")
        }
    }

    @Test func `What a backlog brings is no part of the poll that left it`() async throws {
        let (org, clock, recorder) = (try await BacklogOrg.make(), ManualClock(), TraceRecorder())
        var options = BacklogOrg.options
        options.tracer = recorder
        try await EngineFixture.run(
            BacklogOrg.connector(OrgInProcess(org: org), clock),
            clock: clock,
            options: options
        ) { fixture in
            let id = try await fixture.client.createInstance(BacklogOrg.draft()).id
            var all: [EndedSpan] = []
            func events(below name: String) -> Int64 {
                let roots = Set(all.filter { $0.name == name && $0.parentSpanID == nil }.map(\.trace.traceID))
                let stores = all.filter { $0.name == "store events" && roots.contains($0.trace.traceID) }
                return stores.reduce(0) { sum, span in
                    guard case .int64(let events) = span.attributes.get("signalbox.events") else { return sum }
                    return sum + events
                }
            }
            try await waitUntil("all is told, and its spans have ended") {
                all += recorder.drain().spans
                return events(below: "backlog") >= Int64(Self.rows - Self.newest)
            }
            #expect(events(below: "poll") == Int64(Self.newest))
            let round = try #require(all.first { $0.name == "backlog" })
            #expect(round.attributes.get("signalbox.instance") == .int64(Int64(id)))
            #expect(round.attributes.get("signalbox.object") == .string("Account"))
        }
    }
}

extension Poller {
    /// As a poll does.
    fileprivate func leave(_ other: Backlog?, of key: String) { backlog.backlogs[key] = other }
}

/// The store that an engine got, for those who make it fail.
private final class StoreBox: Sendable {
    private let made = Locked<DyingStore?>(nil)

    var store: DyingStore? { made.withLock { $0 } }

    func wrap(_ store: any EventStore) -> any EventStore {
        let wrapped = DyingStore(store)
        made.withLock { $0 = wrapped }
        return wrapped
    }
}
