import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// Too little space beside the store: nothing is taken in, what is on its way goes on, and all of it comes back by itself.
@Suite(.timeLimit(.minutes(20)))
struct DiskGuardTests {
    @Test func `it begins below the limit and ends a little above it, and says each once`() async {
        let clock = ManualClock()
        let free = Locked<Int64?>(1600)
        let log = LogLines()
        let disk = DiskGuard(minimum: 1600, clock: clock, notices: NoticeHub(), logger: log.logger) {
            free.withLock { $0 }
        }
        // Free bytes, and whether something is taken in then.
        let steps: [(Int64?, Bool)] = [
            (1600, true), (1599, false), (1600, false), (1699, false), (0, false), (1700, true), (1600, true),
            (1599, false),
            (.max, true), (nil, true),
        ]
        for (bytes, isTaken) in steps {
            free.withLock { $0 = bytes }
            #expect(await disk.look() == nil ? isTaken : !isTaken, "\(bytes.map(String.init) ?? "unknown")")
            #expect((disk.shortage == nil) == isTaken)
        }
        let begun = log.all.count { $0.contains("less than --free-space") }
        let ended = log.all.count { $0.contains("There is space beside the store again") }
        #expect(begun == 2 && ended == 2)
        let off = DiskGuard(minimum: 0, clock: clock, notices: NoticeHub(), logger: .quiet) { 0 }
        #expect(await off.look() == nil)
    }

    @Test(arguments: [1599, 5000] as [Int64])
    func `whoever comes, the disk is asked ten times a second, in a shortage as well`(bytes: Int64) async throws {
        let free = Locked(bytes)
        let asked = Locked(0)
        let disk = DiskGuard(minimum: 1600, clock: ManualClock(), notices: NoticeHub(), logger: .quiet) {
            asked.withLock { $0 += 1 }
            return free.withLock { $0 }
        }
        func isAdmitted() async -> Bool {
            do { try await disk.admit() } catch { return false }
            return true
        }
        let begin = ContinuousClock.now
        for number in 1...1000 {
            let isTaken = await isAdmitted()
            #expect(isTaken == (bytes >= 1600), "the \(number)th")
        }
        let most = Int(begin.duration(to: .now) / .milliseconds(100)) + 1
        let count = asked.withLock { $0 }
        #expect(count <= most)
        // What has changed shows nevertheless.
        free.withLock { $0 = bytes < 1600 ? 5000 : 10 }
        try await waitUntil("another answer") { await isAdmitted() == (bytes < 1600) }
    }

    @Test func `its sentence says how much is free, how much is wanted, and when it goes on`() {
        let shortage = DiskShortage(free: 310 << 20, minimum: 512 << 20, since: .distantPast)
        #expect(
            shortage.sentence
                == "Only 310 MB are free beside the store, less than --free-space (512 MB): nothing is taken in until 544 MB "
                + "are free, and deliveries go on."
        )
        #expect(shortage.report.kind == .storage && shortage.report.mayPass)
    }

    private static let text =
        #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA","Name":"A","#
        + #""SystemModstamp":"2026-11-23T18:00:05.000+0000"}]}"#

    @Test func `webhooks are refused, polls wait, deliveries go on, and everything comes back without a restart`()
        async throws
    {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        var options = EngineOptions()
        options.freeSpace = 1600
        options.random = { 0.5 }
        let dying = Locked<DyingStore?>(nil)
        try await CallbackServer.run({ _, _ in .status(500) }) { server in
            try await EngineFixture.run(
                org,
                clock: clock,
                options: options,
                store: { disk in
                    let store = DyingStore(disk)
                    store.setFree(5000)
                    dying.withLock { $0 = store }
                    return store
                }
            ) { fixture in
                let (engine, made) = (fixture.engine, dying.withLock { $0 })
                let store = try #require(made)
                let id = try await engine.createInstance(.sample(callback: server.url)).id
                let body = try WebhookBody.parse(Array(Self.text.utf8))
                let instance = try await engine.storedInstance(id)
                #expect(try await engine.accept(body, for: instance).events == 1)
                try await server.wait(for: 1)
                try await engine.waitForDeliveries(.retrying, count: 1)
                let polls = org.polls(of: id)

                store.setFree(1599)
                let sentence = try #require(await engine.shortage())
                await #expect(throws: DiskShortage.self) { try await engine.accept(body, for: instance) }
                await #expect(throws: DiskShortage.self) { try await engine.poll(id) }
                // The next polls by the schedule neither.
                for _ in 0..<40 { clock.advance(seconds: 10) }
                try await engine.waitUntil { try await !engine.instance(id).isPolling }
                #expect(org.polls(of: id) == polls)
                let overview = try await engine.instance(id)
                guard case .degraded(let reason, _, let success) = overview.source else {
                    Issue.record("The source is \(overview.source.word)")
                    return
                }
                #expect(reason == sentence && success != nil)
                #expect(Set(overview.pollers.map(\.problem)) == [sentence])
                // What was stored before arrives all the same.
                server.answer { _, _ in .ok }
                try await engine.waitUntil {
                    clock.advance(seconds: 10)
                    return try await engine.counts(EventFilter()).byState[.delivered] == 1
                }
                #expect(await engine.shortage() != nil)

                store.setFree(1700)
                // Nobody asks: it looks by itself.
                try await engine.waitUntil {
                    clock.advance(seconds: 5)
                    let word = try await engine.instance(id).source.word
                    return org.polls(of: id) > polls && word == "LIVE"
                }
                #expect(try await engine.accept(body, for: instance).repeats == 1)
                #expect(Set(try await engine.instance(id).pollers.map(\.problem)) == [nil])
            }
        }
    }

    @Test func `a poll that meets the limit in the middle stores no more, and is made up for`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        var options = EngineOptions()
        options.freeSpace = 1600
        let dying = Locked<DyingStore?>(nil)
        try await EngineFixture.run(
            org,
            clock: clock,
            options: options,
            store: { disk in
                let store = DyingStore(disk)
                store.setFree(5000)
                dying.withLock { $0 = store }
                return store
            }
        ) { fixture in
            let (engine, made) = (fixture.engine, dying.withLock { $0 })
            let store = try #require(made)
            let id = try await engine.createInstance(.sample()).id
            let gate = Gate()
            org.script {
                $0.gate = gate
                $0.pages = [[.row(1, name: "n", stamp: clock.now, created: clock.now)]]
            }
            let poll = Task { try await engine.poll(id) }
            try await engine.waitUntil { org.polls(of: id) == 2 }
            store.setFree(10)
            #expect(await engine.shortage() != nil)
            gate.open()
            await #expect(throws: (any Error).self) { try await poll.value }
            #expect(try await engine.counts(EventFilter()).total == 0)
            store.setFree(5000)
            org.script {
                $0.gate = nil
                $0.pages = [[.row(1, name: "n", stamp: clock.now, created: clock.now)]]
            }
            try await engine.waitUntil {
                clock.advance(seconds: 5)
                return try await engine.counts(EventFilter()).total == 1
            }
        }
    }

    @Test func `a store that was not closed is looked through, and what is found stands in its state`() async throws {
        let clock = ManualClock()
        let dying = Locked<DyingStore?>(nil)
        try await EngineFixture.run(
            ScriptedOrg(clock: clock),
            clock: clock,
            store: { disk in
                let store = DyingStore(disk)
                store.setDamage("event: row 7 missing from index event_key")
                dying.withLock { $0 = store }
                return store
            }
        ) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(.sample()).id
            try await engine.waitUntil {
                clock.advance(seconds: 1)
                return engine.damage != nil
            }
            guard case .needsAttention(let reason, _, _) = try await engine.instance(id).source else {
                Issue.record("The source does not say it")
                return
            }
            #expect(reason == engine.damage && reason.contains("row 7 missing") && reason.contains("signalbox restore"))
        }
    }
}
