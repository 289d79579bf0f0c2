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
    private static let callback = "https://app.example/hook"
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
            others.record(Self.callback, at: clock.due) { Timestamp(parsing: "2026-11-24T18:00:00Z") }
            try await sweep(clock, after: 7200)
            #expect(try await left(store) == 3)
            let problem = try #require(try await keeping.figures()?.problem)
            #expect(problem.contains("other machines date their answers 2026-11-24"), "\(problem)")
            #expect(problem.contains("one of the two is wrong"), "\(problem)")
            others.record(Self.callback, at: clock.due) { Timestamp(parsing: "2031-01-01T20:00:00Z") }
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

    /// A program that has run for so many seconds, by whose date nothing was stored for long before its start.
    private func verdict(
        after seconds: Int64,
        _ heard: OtherClocks.Reading = .init(),
        last: [Int64] = [90, 90]
    ) -> AgeClock.Verdict {
        let start = Timestamp(parsing: "2031-01-01T18:00:00Z") ?? .distantPast
        let ages = AgeClock(age: 80 * Self.day * 1000, start: start)
        let due = start.advanced(bySeconds: seconds)
        var facts = RetentionFacts()
        facts.newest = 100
        facts.lastBefore = Dictionary(uniqueKeysWithValues: zip(ages.moments(due, due: due), last))
        return ages.verdict(due, due: due, facts, heard)
    }

    @Test func `what a run with a wrong date stored shortly before says nothing for that date`() {
        let start = Timestamp(seconds: 1_900_000_000)
        let moments = AgeClock(age: 80 * Self.day * 1000, start: start).moments(start, due: start)
        #expect(moments == [start.advanced(bySeconds: -3600), start.advanced(bySeconds: -3600 - 10 * Self.day)])
        // The newest, 100, came within the last hour; the one before it long ago, within the bound, never.
        #expect(verdict(after: 5).doubt != nil)
        #expect(verdict(after: 5, last: [90, 80]).doubt == nil)
        #expect(verdict(after: 5, last: [0, 0]).doubt == nil)
        #expect(verdict(after: 3599).doubt != nil && verdict(after: 3600) == AgeClock.Verdict())
    }

    /// Other clocks bear another one, or by it nobody's certificate is trusted, so that none is heard.
    @Test(arguments: [
        OtherClocks.Reading(date: Timestamp(parsing: "2026-11-24T18:00:00Z")), OtherClocks.Reading(isUntrusted: true),
    ])
    func `a date that something speaks against counts once as much time has truly gone by`(heard: OtherClocks.Reading) {
        let age = 80 * Self.day
        #expect(verdict(after: 3600, heard).doubt != nil && verdict(after: age - 1, heard).doubt != nil)
        let late = verdict(after: age, heard)
        #expect(late.doubt == nil && late.sparesUndelivered)
        #expect(verdict(after: 2 * age, heard) == AgeClock.Verdict())
        let right = OtherClocks.Reading(date: Timestamp(parsing: "2031-01-01T18:00:00Z"), isUntrusted: true)
        #expect(verdict(after: 5, right) == AgeClock.Verdict())
    }

    @Test func `the sentence names the moment from which the date counts`() throws {
        let alone = try #require(verdict(after: 3540).doubt)
        #expect(alone.contains("nothing was stored in the 10 days up to an hour before this start"), "\(alone)")
        #expect(alone.contains("else it counts from 2031-01-01T19:00Z on"), "\(alone)")
        let untrusted = try #require(verdict(after: 3540, .init(isUntrusted: true)).doubt)
        #expect(untrusted.contains("no certificate to be trusted"), "\(untrusted)")
        #expect(untrusted.contains("else it counts from 2031-03-22T18:00Z on"), "\(untrusted)")
    }
}
