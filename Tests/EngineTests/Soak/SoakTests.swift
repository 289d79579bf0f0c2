import Foundation
import TestSupport
import Testing

/// Business at 50 changes a second with faults and kills. `SIGNALBOX_SOAK_MINUTES=60` makes it an hour of virtual time,
/// `SIGNALBOX_SEED=n` repeats a run.
@Suite(.campaign)
struct SoakTests {
    @Test func `Org and callback are equal in the end, whatever breaks in between`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let minutes = environment["SIGNALBOX_SOAK_MINUTES"].flatMap { Int($0) } ?? 2
        let given = environment["SIGNALBOX_SEED"].flatMap { UInt64($0) }
        let seed = given ?? (minutes == 2 ? 1 : UInt64.random(in: 0..<1_000_000_000))
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let receiver = SoakReceiver(seed: seed &+ 2)
        let watch = ContinuousClock()
        let begin = watch.now
        let run = try await CallbackServer.run(keeping: false, { post, _ in receiver.answer(post) }) { callback in
            var run = SoakRun(seed: seed, callback: callback, receiver: receiver, directory: directory)
            try await run.run(minutes: minutes, changesPerSecond: 50)
            return run
        }
        let (numbers, posts) = (run.numbers, receiver.numbers)
        print(
            "soak: seed \(seed), \(minutes) min, \(numbers.changes) changes, \(run.oracle.eventCount) events, "
                + "\(numbers.polls) polls (\(numbers.failedPolls) failed), \(numbers.apiCalls) API calls, "
                + "\(numbers.faults) faults, \(numbers.kills) kills, \(posts.posts) posts (\(posts.refused) refused, "
                + "\(posts.repeats) sent again), \(watch.now - begin)"
        )
        #expect(run.oracle.faults.prefix(20) == [], "seed \(seed)")
        #expect(receiver.faults == [])
        let (stored, taken) = (run.oracle.events, receiver.taken)
        let different = Set(stored.keys).union(taken.keys).filter { stored[$0] != taken[$0] }
        #expect(
            different.isEmpty,
            "seed \(seed): \(different.count) records differ at the callback, \(different.prefix(3))"
        )
        #expect(numbers.kills > 0)
    }
}
