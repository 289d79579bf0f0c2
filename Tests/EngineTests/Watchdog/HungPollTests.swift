import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// An org that never answers, and whose session may not even hear that it is cancelled.
@Suite(.timeLimit(.minutes(20)))
struct HungPollTests {
    private static let options: EngineOptions = {
        var options = EngineOptions()
        options.random = { 0.5 }
        return options
    }()

    /// All that a poll may take from one sign of life to the next, and the minute that the watchdog adds.
    private static let patience =
        (Limit.connect.milliseconds + Limit.queryHead.milliseconds + Limit.answer.milliseconds
            + Limit.watchdog.milliseconds) / 1000

    private static func isOverdue(_ overview: InstanceOverview) -> Bool {
        if case .overdue = overview.source { true } else { false }
    }

    @Test(arguments: [false, true])
    func `a poll that hangs is seen, cancelled and begun anew once, and another instance notices nothing`(
        isDeaf: Bool
    ) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: Self.options) { fixture in
            let engine = fixture.engine
            let hung = try await engine.createInstance(.sample()).id
            let other = try await engine.createInstance(.sample()).id
            let gate = Gate()
            org.script {
                $0.gates[hung] = gate
                $0.heedsCancellation = !isDeaf
                $0.pages = []
            }
            clock.advance(seconds: 301)
            try await waitUntil("both are polled") { org.polls(of: hung) == 2 && org.polls(of: other) == 2 }
            try await waitUntil("one ends") { try await !engine.instance(other).isPolling }
            #expect(engine.overdue.isEmpty)

            try await clock.passWatchdog(seconds: Self.patience) {
                try await waitUntil("the other goes on") {
                    let isPolling = try await engine.instance(other).isPolling
                    return org.polls(of: other) == 3 && !isPolling
                }
                #expect(engine.overdue.isEmpty, "one look proves nothing")
            }
            try await waitUntil("it is seen") { !engine.overdue.isEmpty }
            let standing = try #require(engine.overdue.first)
            #expect(engine.overdue.count == 1 && standing.kind == .poller && standing.instance == hung)
            #expect(standing.overdueSeconds == Limit.watchdog.milliseconds / 1000 + 5)
            let overview = try await engine.instance(hung)
            guard case .overdue(let reason, _, .some) = overview.source else {
                Issue.record("\(overview.source)")
                return
            }
            #expect(reason == "The poller of instance \(hung) is overdue by 65 s: beginning a poll.")
            #expect(try await engine.instance(other).source.word == "LIVE")

            // Cancelled, or left behind after its last grace; five seconds later the next one begins.
            if isDeaf {
                try await waitUntil("its last grace runs") { clock.isAwaited(clock.due.advanced(bySeconds: 5)) }
                clock.advance(seconds: 5)
            }
            try await waitUntil("it is given up") { try await !engine.instance(hung).isPolling }
            // What heeded the cancellation opened the gate on its way out.
            let second = Gate()
            org.script { $0.gates[hung] = second }
            #expect(!engine.overdue.isEmpty, "that is no movement of its own")
            clock.advance(seconds: 5)
            try await waitUntil("it is polled anew") { org.polls(of: hung) == 3 }

            // Once, and no more.
            clock.advance(seconds: Self.patience + 60)
            try await waitUntil("the other goes on") {
                let isPolling = try await engine.instance(other).isPolling
                return org.polls(of: other) >= 4 && !isPolling
            }
            clock.advance(seconds: 60)
            #expect(org.polls(of: hung) == 3)
            #expect(engine.overdue.map(\.instance) == [hung])
            #expect(try #require(engine.overdue.first).overdueSeconds > Self.patience)

            gate.open()
            second.open()
            try await waitUntil("it moves again") { engine.overdue.isEmpty }
            try await waitUntil("it lives") { try await engine.instance(hung).source.word == "LIVE" }
            clock.advance(seconds: 301)
            try await waitUntil("its schedule goes on") { org.polls(of: hung) == 4 }
        }
    }

    @Test func `what a poll that was left behind brings later is not stored`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: Self.options) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(.sample()).id
            let gate = Gate()
            org.script {
                $0.gates[id] = gate
                $0.pages = [[.row(1, name: "late", stamp: clock.now.advanced(bySeconds: 1))]]
            }
            clock.advance(seconds: 301)
            try await waitUntil("it is polled") { org.polls(of: id) == 2 }
            try await clock.passWatchdog(seconds: Self.patience)
            try await waitUntil("its last grace runs") { clock.isAwaited(clock.due.advanced(bySeconds: 5)) }
            clock.advance(seconds: 5)
            try await waitUntil("it is left behind") { try await !engine.instance(id).isPolling }
            org.script { $0.gates[id] = nil }
            clock.advance(seconds: 5)
            try await waitUntil("its successor has ended") {
                try await engine.instance(id).source.word == "LIVE" && engine.overdue.isEmpty
            }
            let before = try await fixture.store.pollerRecords(id)
            gate.open()
            try await waitUntil("it has come back") { org.snapshot.refusedPages == 1 }
            #expect(try await engine.counts(EventFilter()).total == 0)
            #expect(try await fixture.store.pollerRecords(id) == before)
        }
    }

    @Test func `a person who polls does not wait for a poll that hangs`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: Self.options) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(.sample()).id
            let gate = Gate()
            org.script { $0.gates[id] = gate }
            let first = Task { try await engine.poll(id) }
            try await waitUntil("it is polled") { org.polls(of: id) == 2 }
            try await clock.passWatchdog(seconds: Self.patience)
            try await waitUntil("it is seen") { !engine.overdue.isEmpty }
            org.script { $0.gates[id] = nil }
            _ = try await engine.poll(id)
            #expect(engine.overdue.isEmpty)
            #expect(try await engine.instance(id).source.word == "LIVE")
            // Who began the one that hung hears of it, though it never ends.
            await #expect(throws: ClientError.self) { try await first.value }
            gate.open()
        }
    }

    @Test func `an instance that is switched off while its poll hangs is overdue no more`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: Self.options) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(.sample()).id
            let gate = Gate()
            org.script { $0.gates[id] = gate }
            clock.advance(seconds: 301)
            try await waitUntil("it is polled") { org.polls(of: id) == 2 }
            try await clock.passWatchdog(seconds: Self.patience)
            try await waitUntil("it is seen") { !engine.overdue.isEmpty }
            #expect(try await engine.setEnabled(id, false).source == .stopped)
            #expect(engine.overdue.isEmpty)
            gate.open()
        }
    }

    @Test func `a page that hangs in the store keeps the next poll away until it is known`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        let hanging = HangingCalls()
        try await EngineFixture.run(
            org,
            clock: clock,
            options: Self.options,
            store: { DyingStore($0, hanging: hanging) }
        ) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(.sample()).id
            let gate = Gate()
            hanging.hang(.append, on: gate)
            org.script { $0.pages = [[.row(1, name: "slow", stamp: clock.now.advanced(bySeconds: 1))]] }
            clock.advance(seconds: 301)
            try await waitUntil("a page is stored") { hanging.isHanging(.append) }
            try await clock.passWatchdog(seconds: Limit.watchdog.milliseconds / 1000)
            try await waitUntil("it is seen") { !engine.overdue.isEmpty }
            #expect(engine.overdue.first?.doing == "storing page 1")
            try await waitUntil("its last grace runs") { clock.isAwaited(clock.due.advanced(bySeconds: 5)) }
            clock.advance(seconds: 5)
            clock.advance(seconds: 600)
            #expect(try await engine.instance(id).isPolling)
            #expect(org.polls(of: id) == 2)
            gate.open()
            try await waitUntil("it moves") {
                let isPolling = try await engine.instance(id).isPolling
                return engine.overdue.isEmpty && !isPolling
            }
            #expect(try await engine.counts(EventFilter()).total == 1)
            clock.advance(seconds: 6)
            try await waitUntil("the next poll comes") { org.polls(of: id) == 3 }
        }
    }
}
