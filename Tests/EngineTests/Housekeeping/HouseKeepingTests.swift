import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

@Suite(.eachStore, .timeLimit(.minutes(20)))
struct HouseKeepingTests {
    /// A store that purges nothing, and keeps what it was asked.
    private final class Asked: RetentionStore {
        private struct State {
            var held: Int64
            var requests: [PurgeRequest] = []
            var limits: [Int] = []
            var givenBack: [GivenBack] = []
            var looks = 0
            var remains = 0
            var keepsHouse = true
        }

        private let state: Locked<State>
        /// Bytes that a step frees, and how long it says that it took.
        private let freed: Int64
        private let writing: Duration
        private let steps: Int
        /// Nothing was stored for long.
        private let isIdle: Bool

        /// Another node keeps house from its first step on.
        private let handsOver: Bool

        init(
            held: Int64,
            freed: Int64 = 0,
            writing: Duration = .zero,
            steps: Int = 3,
            keepsHouse: Bool = true,
            handsOver: Bool = false,
            isIdle: Bool = false
        ) {
            state = Locked(State(held: held, keepsHouse: keepsHouse))
            self.handsOver = handsOver
            self.isIdle = isIdle
            (self.freed, self.writing, self.steps) = (freed, writing, steps)
        }

        var requests: [PurgeRequest] { state.withLock { $0.requests } }
        var limits: [Int] { state.withLock { $0.limits } }
        var givenBack: [GivenBack] { state.withLock { $0.givenBack } }
        var looks: Int { state.withLock { $0.looks } }
        var keepsHouse: Bool { state.withLock { $0.keepsHouse } }

        /// From now on another node keeps house.
        func handOver() { state.withLock { $0.keepsHouse = false } }

        func retentionFacts(_ moments: [Timestamp]) async throws -> RetentionFacts {
            state.withLock { state in
                state.looks += 1
                var facts = RetentionFacts()
                facts.newest = 1000
                facts.events = 100
                facts.oldest = 901
                facts.heldBytes = state.held
                if isIdle { for moment in moments { facts.lastBefore[moment] = 1000 } }
                return facts
            }
        }

        func purge(_ request: PurgeRequest, after position: Int64, atMost events: Int) async throws -> PurgeStep {
            state.withLock { state in
                state.requests.append(request)
                state.limits.append(events)
                if handsOver { state.keepsHouse = false }
                guard state.keepsHouse else { return PurgeStep(removed: 0, position: nil) }
                state.held -= freed
                return PurgeStep(
                    removed: 10,
                    position: position + 1 < Int64(steps) ? position + 1 : nil,
                    heldBytes: state.held,
                    writing: writing
                )
            }
        }

        /// Steps that take away what deleted instances left.
        func setRemains(_ steps: Int) { state.withLock { $0.remains = steps } }
        var remains: Int { state.withLock { $0.remains } }

        func removeRemains() async throws -> Bool {
            state.withLock { state in
                defer { state.remains = max(0, state.remains - 1) }
                return state.remains > 0
            }
        }

        func giveBack(_ what: GivenBack) async throws -> Bool {
            state.withLock { state in
                state.givenBack.append(what)
                return what == .words(isFirst: true)
            }
        }
    }

    private func run(
        _ store: Asked,
        _ policy: RetentionPolicy,
        _ log: LogLines = LogLines(),
        _ body: (HouseKeeping, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let keeping = HouseKeeping(store: store, policy: policy, clock: clock, notices: NoticeHub(), logger: log.logger)
        let running = Task { await keeping.run() }
        try await body(keeping, clock)
        running.cancel()
        await running.value
    }

    @Test func `what deleted instances left goes, also where nothing is limited`() async throws {
        let store = Asked(held: 10)
        store.setRemains(3)
        try await run(store, RetentionPolicy()) { _, clock in
            let start = clock.due
            try await waitUntil("its first wait") { clock.isAwaited(start.advanced(bySeconds: 60)) }
            clock.advance(seconds: 60)
            try await waitUntil("its second wait") { clock.isAwaited(start.advanced(bySeconds: 3660)) }
            #expect(store.remains == 0)
            // Some of a later deletion.
            store.setRemains(2)
            clock.advance(seconds: 3600)
            try await waitUntil("what was left is gone") { store.remains == 0 }
            #expect(store.looks == 0 && store.requests.isEmpty)
        }
    }

    @Test func `it looks soon after the start and then once a minute, and at no events where nothing is limited`()
        async throws
    {
        let store = Asked(held: 10)
        try await run(store, RetentionPolicy(bytes: 100)) { _, clock in
            let start = clock.due
            try await waitUntil("its first wait") { clock.isAwaited(start.advanced(bySeconds: 5)) }
            #expect(store.looks == 0)
            clock.advance(seconds: 5)
            try await waitUntil("its second wait") { clock.isAwaited(start.advanced(bySeconds: 65)) }
            #expect(store.looks == 2 && store.requests.isEmpty)
        }
        try await run(store, RetentionPolicy()) { keeping, clock in
            #expect(try await keeping.figures() == nil)
            let start = clock.due
            try await waitUntil("its first wait") { clock.isAwaited(start.advanced(bySeconds: 60)) }
            clock.advance(seconds: 60)
            try await waitUntil("its second wait") { clock.isAwaited(start.advanced(bySeconds: 3660)) }
            #expect(store.looks == 2)
        }
    }

    @Test func `by size it stops as soon as the store is small enough, and takes the dead last`() async throws {
        // Six steps of ten bytes: three take what is settled, two of the next three are enough.
        let store = Asked(held: 145, freed: 10)
        try await run(store, RetentionPolicy(bytes: 100)) { keeping, clock in
            try await waitUntil("the purge") {
                clock.advance(seconds: 1)
                return store.givenBack.contains(.pages)
            }
            #expect(store.requests.map { $0.undelivered == .none } == [true, true, true, false, false])
            let figures = try #require(try await keeping.figures())
            #expect(figures.purged == 50 && figures.problem == nil)
            // Half of what there was went: words are worth a rewrite.
            #expect(store.givenBack == [.words(isFirst: true), .words(isFirst: false), .pages])
        }
    }

    @Test func `a size that can't be reached is said once`() async throws {
        let log = LogLines()
        let store = Asked(held: 1 << 30)
        try await run(store, RetentionPolicy(bytes: 1 << 20), log) { keeping, clock in
            try await waitUntil("two rounds") {
                clock.advance(seconds: 1)
                return store.givenBack.filter { $0 == .pages }.count >= 2
            }
            let problem = try #require(try await keeping.figures()?.problem)
            #expect(
                problem.hasPrefix("The store holds 1 GB, more than --retention-size (1 MB): what is left is the ledger")
            )
        }
        let said = log.all.count { $0.contains("more than --retention-size") }
        #expect(said == 1)
    }

    @Test(arguments: [false, true])
    func `where another node keeps house nothing is asked and nothing is said`(handsOver: Bool) async throws {
        let log = LogLines()
        let store = Asked(held: 1 << 30, keepsHouse: handsOver, handsOver: handsOver)
        try await run(store, RetentionPolicy(bytes: 1 << 20), log) { keeping, clock in
            let start = clock.due
            try await waitUntil("its first wait") { clock.isAwaited(start.advanced(bySeconds: 5)) }
            clock.advance(seconds: 5)
            try await waitUntil("its second wait") { clock.isAwaited(start.advanced(bySeconds: 65)) }
            #expect(store.requests.isEmpty != handsOver && !store.keepsHouse)
            #expect(try await keeping.figures()?.problem == nil)
        }
        let said = log.all.count { $0.contains("more than --retention-size") }
        #expect(said == 0)
    }

    @Test func `a node that hands house-keeping over doubts its date no more`() async throws {
        let store = Asked(held: 10, isIdle: true)
        try await run(store, RetentionPolicy(age: 80 * 86_400_000)) { keeping, clock in
            let start = clock.due
            try await waitUntil("its first wait") { clock.isAwaited(start.advanced(bySeconds: 5)) }
            clock.advance(seconds: 5)
            try await waitUntil("its second wait") { clock.isAwaited(start.advanced(bySeconds: 65)) }
            let doubted = try await keeping.figures()?.problem
            #expect(doubted?.hasPrefix("Nothing goes by --retention-age") == true && store.requests.isEmpty)
            store.handOver()
            clock.advance(seconds: 60)
            try await waitUntil("its third wait") { clock.isAwaited(start.advanced(bySeconds: 125)) }
            #expect(try await keeping.figures()?.problem == nil)
        }
    }

    @Test func `by a date that stays in doubt only what is truly old goes, and what could not be delivered stays`()
        async throws
    {
        let store = Asked(held: 10, isIdle: true)
        let (clock, others, days) = (ManualClock(), OtherClocks(), 80 * 86_400 as Int64)
        others.recordUntrusted("https://app.example/hook")
        let keeping = HouseKeeping(
            store: store,
            policy: RetentionPolicy(age: days * 1000),
            clock: clock,
            notices: NoticeHub(),
            otherClocks: others,
            logger: .quiet
        )
        let running = Task { await keeping.run() }
        let first = clock.due.advanced(bySeconds: 5)
        try await waitUntil("its first wait") { clock.isAwaited(first) }
        clock.advance(seconds: 7200)
        let second = clock.due.advanced(bySeconds: 60)
        try await waitUntil("its second wait") { clock.isAwaited(second) }
        #expect(store.requests.isEmpty)
        clock.advance(seconds: days)
        let third = clock.due.advanced(bySeconds: 60)
        try await waitUntil("its third wait") { clock.isAwaited(third) }
        let request = try #require(store.requests.first)
        #expect(request.settled.before == clock.due.advanced(bySeconds: -days) && request.undelivered == .none)
        running.cancel()
        await running.value
    }

    @Test func `what went is written down at once, then once an hour, and at the end`() async throws {
        let store = Asked(held: 1)
        let clock = ManualClock()
        let written = Locked<[String]>([])
        let keeping = HouseKeeping(
            store: store,
            policy: RetentionPolicy(events: 1),
            clock: clock,
            notices: NoticeHub(),
            writeDown: { text in written.withLock { $0.append(text) } },
            logger: .quiet
        )
        let running = Task { await keeping.run() }
        func sweeps(_ count: Int) async throws {
            try await waitUntil("\(count) sweeps") {
                let done = store.givenBack.filter { $0 == .pages }.count >= count
                if !done { clock.advance(seconds: 1) }
                return done
            }
        }
        try await sweeps(1)
        try await waitUntil("the first entry") { written.withLock { $0.count == 1 } }
        try await sweeps(3)
        let first = written.withLock { $0 }
        #expect(first == ["30 events that were kept long enough"])
        clock.advance(seconds: 3600)
        try await sweeps(4)
        try await waitUntil("the second entry") { written.withLock { $0.count == 2 } }
        let swept = store.givenBack.filter { $0 == .pages }.count
        let second = written.withLock { $0.last }
        #expect(second == "\((swept - 1) * 30) events that were kept long enough")
        try await sweeps(swept + 1)
        running.cancel()
        await running.value
        let count = written.withLock { $0.count }
        #expect(count == 3)
    }

    @Test func `a step takes as many events as its time allows`() {
        func next(_ limit: Int, _ milliseconds: Int64) -> Int {
            HouseKeeping.next(limit, after: PurgeStep(removed: 1, position: nil, writing: .milliseconds(milliseconds)))
        }
        // Four milliseconds are its time.
        #expect(next(64, 4) == 64 && next(64, 8) == 32 && next(64, 2) == 128)
        #expect(next(64, 1) == 128 && next(400, 1) == 512 && next(64, 4000) == 8 && next(64, 0) == 64)
    }

    @Test func `a machine whose date is set loses nothing by that`() async throws {
        let store = Asked(held: 1)
        try await run(store, RetentionPolicy(age: 86_400_000)) { _, clock in
            let before = clock.due.advanced(byMilliseconds: -86_400_000)
            clock.set(bySeconds: 400 * 86_400)
            try await waitUntil("a purge") {
                clock.advance(seconds: 1)
                return !store.requests.isEmpty
            }
            let bound = try #require(store.requests.first?.settled.before)
            #expect(bound.since(before) < 3_600_000)
        }
    }

    @Test func `events that were kept long enough go from a running engine, and it says what will go`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        var options = EngineOptions()
        options.retention = RetentionPolicy(age: 10 * 86_400_000, events: 4)
        try await CallbackServer.run { server in
            try await EngineFixture.run(org, clock: clock, options: options) { fixture in
                let engine = fixture.engine
                let id = try await engine.createInstance(.sample(callback: server.url)).id
                for first in [1, 4] {
                    org.script { script in
                        let rows = (first..<(first + 3)).map {
                            Observation.row($0, name: "n", stamp: clock.now, created: clock.now)
                        }
                        script.pages = [rows]
                    }
                    clock.advance(seconds: 1)
                    _ = try await engine.poll(id)
                }
                try await engine.waitForDeliveries(.delivered, count: 6)
                // The overlap brings all of them again, before and after they went.
                org.script { $0.pages = [] }
                try await engine.waitUntil {
                    clock.advance(seconds: 20)
                    let purged = try await engine.statistics(of: nil).retention?.purged
                    return try await engine.counts(EventFilter()).total == 4 && purged == 2
                }
                let statistics = try #require(try await engine.statistics(of: nil).retention)
                #expect(statistics.purged == 2 && statistics.policy == options.retention)
                #expect(statistics.oldest != nil && statistics.dueWithinDay == 4)
                #expect(try await engine.events(PageRequest()).map(\.sequence) == [6, 5, 4, 3])
                // Days later age takes the rest, and the next change is an update.
                clock.advance(seconds: 11 * 86_400)
                try await engine.waitUntil {
                    clock.advance(seconds: 20)
                    return try await engine.counts(EventFilter()).total == 0
                }
                org.script { $0.pages = [[.row(1, name: "other", stamp: clock.now, created: clock.now)]] }
                clock.advance(seconds: 1)
                _ = try await engine.poll(id)
                try await engine.waitUntil { try await engine.counts(EventFilter()).total == 1 }
                #expect(try await engine.events(PageRequest()).map(\.change) == [.updated])
                let purges = try await engine.auditEntries(before: nil, limit: 9).filter { $0.action == .purgeEvents }
                #expect(purges.last?.actor == "signalbox")
                #expect(purges.last?.subject == "2 events that were kept long enough")
            }
        }
    }
}
