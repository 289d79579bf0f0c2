import Foundation
import TestSupport
import Testing

/// Business with faults and kills, through the real engine and its store. `SIGNALBOX_SEED=n` repeats a run.
@Suite(.campaign)
struct SoakTests {
    private static let environment = ProcessInfo.processInfo.environment

    /// A number of a variable, and a seed: the same one where the number is the usual one, so that the suite is the same.
    private static func length(_ variable: String, usual: Int) -> (length: Int, seed: UInt64) {
        let length = environment[variable].flatMap { Int($0) } ?? usual
        let given = environment["SIGNALBOX_SEED"].flatMap { UInt64($0) }
        return (length, given ?? (length == usual ? 1 : UInt64.random(in: 0..<1_000_000_000)))
    }

    /// 50 changes a second; `SIGNALBOX_SOAK_MINUTES=60` makes it an hour of virtual time.
    @Test func `Org and callback are equal in the end, whatever breaks in between`() async throws {
        let (minutes, seed) = Self.length("SIGNALBOX_SOAK_MINUTES", usual: 2)
        try await run("soak of \(minutes) min", seed: seed) {
            try await $0.run(minutes: minutes, changesPerSecond: 50)
        }
    }

    /// `SIGNALBOX_KILLS=1000` makes it so many.
    @Test func `Kills in the midst of faults of disk, callback, org and clock lose nothing`() async throws {
        let (kills, seed) = Self.length("SIGNALBOX_KILLS", usual: 50)
        let numbers = try await run("kills", seed: seed, failing: 15) { try await $0.run(kills: kills) }
        #expect(numbers.kills == kills)
    }

    @discardableResult
    private func run(
        _ name: String,
        seed: UInt64,
        failing: Int = 3,
        _ body: (inout SoakRun) async throws -> Void
    ) async throws -> SoakRun.Numbers {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let receiver = SoakReceiver(seed: seed &+ 2, failing: failing)
        let watch = ContinuousClock()
        let begin = watch.now
        let run = try await CallbackServer.run(keeping: false, { post, _ in receiver.answer(post) }) { callback in
            var run = SoakRun(seed: seed, callback: callback, receiver: receiver, directory: directory)
            try await body(&run)
            return run
        }
        let (numbers, posts) = (run.numbers, receiver.numbers)
        let (stored, taken) = (run.oracle.events, receiver.taken)
        let different = Set(stored.keys).union(taken.keys).filter { stored[$0] != taken[$0] }
        // What a record's events say, in whatever order.
        func counted(_ said: [SoakOracle.Said]?) -> [SoakOracle.Said: Int] {
            Dictionary((said ?? []).map { ($0, 1) }, uniquingKeysWith: +)
        }
        let reordered = different.filter { counted(stored[$0]) == counted(taken[$0]) }
        let lost = different.subtracting(reordered).reduce(0) { sum, key in
            let here = counted(taken[key])
            return sum + counted(stored[key]).reduce(0) { $0 + max(0, $1.value - here[$1.key, default: 0]) }
        }
        print(
            "\(name): seed \(seed), \(numbers.kills) kills, faults: \(numbers.faults) of the org, \(posts.refused) of the "
                + "callback, \(numbers.diskFaults) of the disk, \(numbers.clockFaults) of the clock; \(numbers.changes) changes, "
                + "\(run.oracle.eventCount) events, \(lost) lost, \(reordered.count) reordered, \(posts.repeats) repeated "
                + "(\(posts.repeatedAfterKills) after a kill, \(posts.repeatedAfterRefusals) after a write that the disk refused); "
                + "\(numbers.polls) polls (\(numbers.failedPolls) failed), \(numbers.apiCalls) API calls, \(posts.posts) posts, "
                + "\(watch.now - begin)"
        )
        #expect(run.oracle.faults.prefix(20) == [], "seed \(seed)")
        #expect(receiver.faults.prefix(20) == [], "seed \(seed)")
        #expect(
            different.isEmpty,
            "seed \(seed): \(different.count) records differ at the callback, \(different.prefix(3))"
        )
        #expect(numbers.kills > 0)
        return numbers
    }
}
