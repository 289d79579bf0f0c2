import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine
@testable import Salesforce

@Suite(.timeLimit(.minutes(20)))
struct PollerTests {
    @Test func `one caller's patience does not end the wait of another`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let made = try await fixture.engine.createInstance(.sample())
            let gate = Gate()
            org.script { $0.gate = gate }
            let poller = try await fixture.engine.directory.entry(made.id).sources.poller
            async let poll = fixture.engine.poll(made.id)
            try await waitUntil("the second poll asks the org") { org.snapshot.polls >= 2 }
            let isOver = Locked(false)
            async let patient: Void = {
                await poller.settle(patience: 1_000_000)
                isOver.withLock { $0 = true }
            }()
            async let hasty: Void = poller.settle(patience: 1000)
            try await waitUntil("both wait") { await poller.waiting == 2 }
            clock.advance(seconds: 2)
            await hasty
            #expect(await poller.waiting == 1)
            #expect(!isOver.withLock { $0 })
            gate.open()
            await patient
            _ = try await poll
        }
    }

    @Test func `stamps that no overlap reaches any more are forgotten, also without reconciliation`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let id = try await fixture.engine.createInstance(.sample { $0.reconcileMinutes = 0 }).id
            func counted() async throws -> Int {
                try await fixture.store.ledgerStamps(id, object: "Account", from: .distantPast, to: .distantFuture)
                    .count
            }
            org.script { $0.pages = [[.row(1, name: "n", stamp: clock.now, created: clock.now)]] }
            _ = try await fixture.engine.poll(id)
            #expect(try await counted() == 1)
            clock.advance(seconds: 2 * 86_400)
            _ = try await fixture.engine.poll(id)
            #expect(try await counted() == 0)
        }
    }

    @Test func `a node that may have lost its database asks no org, whoever wants it to`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        let isLost = Locked(false)
        func wrap(_ disk: any EventStore) -> any EventStore {
            let store = DyingStore(disk)
            store.refuse { $0 == "admitWork()" && isLost.withLock { $0 } }
            return store
        }
        try await EngineFixture.run(org, clock: clock, store: wrap) { fixture in
            let id = try await fixture.engine.createInstance(.sample()).id
            _ = try await fixture.engine.poll(id)
            let before = org.snapshot.polls
            isLost.withLock { $0 = true }
            for _ in 1...2 {
                await #expect(throws: StoreError.self) { try await fixture.engine.poll(id) }
                clock.advance(seconds: 3600)
            }
            #expect(org.snapshot.polls == before)
            isLost.withLock { $0 = false }
            _ = try await fixture.engine.poll(id)
            #expect(org.snapshot.polls > before)
        }
    }

    @Test func `an instance that is gone is not polled once more`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let made = try await fixture.engine.createInstance(.sample())
            let poller = try await fixture.engine.directory.entry(made.id).sources.poller
            try await fixture.engine.deleteInstance(made.id)
            let polls = org.snapshot.polls
            await #expect(throws: CancellationError.self) { try await poller.poll() }
            #expect(org.snapshot.polls == polls)
        }
    }

    @Test func `places of objects that nobody watches are gone after the next start`() async throws {
        try await withScratchDirectory { directory in
            let clock = ManualClock()
            let org = ScriptedOrg(clock: clock)
            var backlog = Backlog()
            backlog.add(BacklogSpan(from: nil, to: clock.now, position: nil, deletedFrom: nil))
            let id = try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                let id = try await fixture.engine.createInstance(.sample { $0.objects = ["Account"] }).id
                // As a process leaves it that ends before it has forgotten them.
                try await fixture.store.savePollerRecords([
                    PollerRecord(instanceID: id, object: "Lead", cursor: clock.now), backlog.position(id, of: "Lead"),
                ])
                return id
            }
            try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                try await waitUntil("they are gone") {
                    let names = try await fixture.store.pollerRecords(id).map { $0.object.lowercased() }
                    return names.contains("account") && !names.contains { $0.hasSuffix("lead") }
                }
                let draft = InstanceDraft.sample { $0.objects = ["Account", "Lead"] }.withoutCode
                _ = try await fixture.engine.updateInstance(id, draft)
                let first = org.snapshot.requests.last { $0.objects.contains("Lead") }
                #expect(try #require(first).records.map(\.object) == ["Account"])
            }
        }
    }

    @Test func `a first run that polls read themselves is no backlog`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await withScratchDirectory { directory in
            let id = try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                let id = try await fixture.engine.createInstance(.sample { $0.objects = ["Account"] }).id
                let resume = ##"{"phase":"backfill","start":1}"##
                let record = PollerRecord(instanceID: id, object: "Account", cursor: clock.now, resume: resume)
                try await fixture.store.savePollerRecords([record])
                return id
            }
            try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                let shown = try await fixture.client.instance(id)
                #expect(shown.backfills == [])
                await #expect(throws: ClientError(.conflict, "Account has no backlog.")) {
                    try await fixture.client.changeBacklogs(id, .pause, object: "Account")
                }
            }
        }
    }
}
