import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// A program that starts with a wrong date must not take the history for old.
@Suite(.eachStore, .timeLimit(.minutes(20)))
struct RetentionDateTests {
    private static let day: Int64 = 86_400
    private static let policy = RetentionPolicy(age: 80 * day * 1000)

    /// House-keeping over a store with three delivered events, which starts so many seconds after they were stored.
    private func run(
        after seconds: Int64,
        _ body: (any EventStore, HouseKeeping, ManualClock, OtherClocks) async throws -> Void
    ) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let clock = ManualClock()
        let directory = scratch.path
        try await CallbackServer.run { server in
            let org = ScriptedOrg(clock: clock)
            try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url))
                let rows = (1...3).map { Observation.row($0, name: "n", stamp: clock.now, created: clock.now) }
                org.script { $0.pages = [rows] }
                _ = try await fixture.engine.poll(made.id)
                try await fixture.engine.waitForDeliveries(.delivered, count: 3)
            }
        }
        clock.advance(seconds: seconds)
        let store = try await TestStore.open(directory)
        let others = OtherClocks()
        let keeping = HouseKeeping(
            store: store,
            policy: Self.policy,
            clock: clock,
            notices: NoticeHub(),
            otherClocks: others,
            logger: .quiet
        )
        let running = Task { await keeping.run() }
        let result: Result<Void, any Error>
        do {
            let first = clock.due.advanced(bySeconds: 5)
            try await waitUntil("its first wait") { clock.isAwaited(first) }
            try await sweep(clock, after: 5)
            result = .success(try await body(store, keeping, clock, others))
        } catch { result = .failure(error) }
        running.cancel()
        await running.value
        try await store.close()
        try result.get()
    }

    /// Lets the next look come, and returns when it has ended.
    private func sweep(_ clock: ManualClock, after seconds: Int64 = 60) async throws {
        clock.advance(seconds: seconds)
        let next = clock.due.advanced(bySeconds: 60)
        try await waitUntil("the wait after it") { clock.isAwaited(next) }
    }

    private func left(_ store: any EventStore) async throws -> Int64 { try await store.counts(EventFilter()).total }

    @Test func `a date by which nothing was stored for long takes nothing until the program has run for an hour`()
        async throws
    {
        try await run(after: 1500 * Self.day) { store, keeping, clock, _ in
            #expect(try await left(store) == 3)
            let figures = try #require(try await keeping.figures())
            let problem = try #require(figures.problem)
            #expect(figures.dueWithinDay == 0)
            #expect(
                problem.hasPrefix("Nothing goes by --retention-age: by the machine's date (2031-01-01)"),
                "\(problem)"
            )
            try await sweep(clock)
            #expect(try await left(store) == 3)
            try await sweep(clock, after: 3600)
            #expect(try await left(store) == 0)
            #expect(try await keeping.figures()?.problem == nil)
        }
    }

    @Test func `a date that is set right while the program runs counts at once, and takes nothing that is not old`()
        async throws
    {
        try await run(after: 1500 * Self.day) { store, keeping, clock, _ in
            clock.set(bySeconds: -1500 * Self.day)
            try await sweep(clock)
            #expect(try await keeping.figures()?.problem == nil)
            // Long behind the hour after which the clock that nobody sets would count.
            try await sweep(clock, after: 2 * Self.day)
            #expect(try await left(store) == 3)
            try await sweep(clock, after: 80 * Self.day)
            #expect(try await left(store) == 0)
        }
    }

    @Test func `what other clocks say decides, at once and for as long as they say so`() async throws {
        try await run(after: 1500 * Self.day) { store, keeping, clock, others in
            others.hear(at: clock.due) { "Tue, 24 Nov 2026 18:00:00 GMT" }
            try await sweep(clock, after: 7200)
            #expect(try await left(store) == 3)
            let problem = try #require(try await keeping.figures()?.problem)
            #expect(problem.contains("callbacks date their answers 2026-11-24"), "\(problem)")
            others.hear(at: clock.due) { "Wed, 01 Jan 2031 20:00:00 GMT" }
            try await sweep(clock)
            #expect(try await left(store) == 0)
        }
    }

    @Test func `a short silence before the start is nothing to doubt`() async throws {
        try await run(after: 5 * Self.day) { store, keeping, clock, _ in
            #expect(try await keeping.figures()?.problem == nil)
            try await sweep(clock, after: 81 * Self.day)
            #expect(try await left(store) == 0)
        }
    }

    @Test func `what a run with a wrong date stored shortly before says nothing for that date`() {
        let start = Timestamp(seconds: 1_900_000_000)
        let ages = AgeClock(age: 80 * Self.day * 1000, start: start)
        func doubt(_ last: [Int64], after seconds: Int64 = 5) -> String? {
            let due = start.advanced(bySeconds: seconds)
            let moments = ages.moments(due, due: due)
            var facts = RetentionFacts()
            facts.newest = 100
            facts.lastBefore = Dictionary(uniqueKeysWithValues: zip(moments, last))
            return ages.doubt(due, due: due, facts, other: nil)
        }
        let start2 = ages.moments(start, due: start)
        #expect(start2 == [start.advanced(bySeconds: -3600), start.advanced(bySeconds: -3600 - 10 * Self.day)])
        // The newest, 100, came within the last hour; the one before it long ago, within the bound, never.
        #expect(doubt([90, 90]) != nil)
        #expect(doubt([90, 80]) == nil)
        #expect(doubt([0, 0]) == nil)
        #expect(doubt([90, 90], after: 3599) != nil && doubt([90, 90], after: 3600) == nil)
    }

    @Test func `of other clocks the latest counts, and what is no date says nothing`() {
        let others = OtherClocks()
        let due = Timestamp(seconds: 1_800_000_000)
        others.hear(at: due) { "yesterday" }
        #expect(others.date(at: due) == nil)
        let later = due.advanced(bySeconds: 10)
        others.hear(at: later) { "Mon, 23 Nov 2026 18:07:00 GMT" }
        let heard = Timestamp(parsing: "2026-11-23T18:07:00Z")
        #expect(others.date(at: later) == heard)
        #expect(others.date(at: later.advanced(bySeconds: 60)) == heard?.advanced(bySeconds: 60))
        others.hear(at: later.advanced(bySeconds: 10)) { "Mon, 23 Nov 2020 18:07:00 GMT" }
        #expect(others.date(at: later) == heard)
    }
}
