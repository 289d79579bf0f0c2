import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import Foundation
import NIOCore
import Salesforce
import TestSupport
import Testing

/// Exchanges with everybody outside that break at a random byte. `SIGNALBOX_BREAKS=N` makes it more of them,
/// `SIGNALBOX_SEED=n` repeats a run.
@Suite(.campaign, .timeLimit(.minutes(20)))
struct BreakTests {
    @Test func `whatever breaks off, stalls, drips or floods ends by its limit and comes again by itself`() async throws
    {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["SIGNALBOX_BREAKS"].flatMap { Int($0) } ?? 500
        let seed =
            environment["SIGNALBOX_SEED"].flatMap { UInt64($0) }
            ?? (count == 500 ? 42 : UInt64.random(in: 0..<1_000_000_000))
        let run = BreakRun(seed: seed, count: count)
        let watch = ContinuousClock()
        let begin = watch.now
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .cautious(connect: .seconds(10))
        )
        let (beside, twice, stored) = try await CallbackServer.run(keeping: false, { post, _ in run.told.take(post) }) {
            callback in
            try await EngineFixture.run(run.connector(client), clock: run.clock, options: run.options) { fixture in
                let beside = try await run.run(fixture, callback: callback)
                let twice = try await run.judge(fixture)
                return (beside, twice, try await fixture.engine.counts(EventFilter()).total)
            }
        }
        try await client.shutdown()
        let median = beside.median
        print(
            run.tally.line(count, seed: seed, twice: twice)
                + "; beside them \(beside.during.count) rounds in \(median.during) ms (before: \(median.before) ms), "
                + "the slowest \(beside.during.max() ?? 0) ms; \(watch.now - begin)"
        )
        #expect(run.tally.lost == [], "seed \(seed)")
        #expect(run.tally.late == [], "seed \(seed)")
        #expect(run.tally.wrong == [], "seed \(seed)")
        #expect(twice == 0, "seed \(seed): \(run.told.twice)")
        #expect(stored == Int64(run.changeCount), "seed \(seed): each change is one event")
        #expect(run.tally.struck > count / 2)
        for limit in [Limit.head, .queryHead, .silence, .slowness, .answer, .callback, .listenerHead, .listenerBody] {
            #expect(run.tally.ends(limit.rawValue) > 0 || count < 500, "no wait ended by \(limit.rawValue)")
        }
        // A healthy instance beside them waits for none of their limits.
        #expect(median.during < max(Limits.shortest, 10 * median.before), "seed \(seed)")
    }
}

extension Limits {
    /// The shortest wait that something broken may cost, in milliseconds.
    fileprivate static let shortest = BreakRun.limits[.silence]
}
