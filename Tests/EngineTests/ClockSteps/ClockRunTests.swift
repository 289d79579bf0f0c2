import Foundation
import TestSupport
import Testing

/// `SIGNALBOX_CLOCK_MOVES=N` makes it longer, `SIGNALBOX_SEED=n` repeats a run.
@Suite(.campaign, .timeLimit(.minutes(20)))
struct ClockRunTests {
    @Test func `however the clock is set, nothing comes late or early and nothing is lost`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let moves = environment["SIGNALBOX_CLOCK_MOVES"].flatMap { Int($0) } ?? 300
        let given = environment["SIGNALBOX_SEED"].flatMap { UInt64($0) }
        let seed = given ?? (moves == 300 ? 7 : UInt64.random(in: 0..<1_000_000_000))
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let clock = ManualClock()
        let posts = ClockPosts(clock, seed: seed)
        let watch = ContinuousClock()
        let begin = watch.now
        let run = try await CallbackServer.run(keeping: false, { post, _ in posts.answer(post) }) { callback in
            var run = ClockRun(seed: seed, clock: clock, posts: posts, callback: callback, directory: directory)
            try await run.run(moves: moves)
            return run
        }
        let (numbers, model) = (run.numbers, run.model)
        print(
            "clock: seed \(seed), \(numbers.moves) moves in \(run.hours) h with \(numbers.steps) steps of the clock and "
                + "\(numbers.restarts) restarts: \(model.polls) polls, \(numbers.events) events, \(model.attempts) attempts, "
                + "\(model.replayed.count) replays of \(numbers.replayJobs) jobs, \(numbers.rotations) secrets rotated; "
                + "\(model.faults.count) late, early or lost; \(watch.now - begin)"
        )
        #expect(model.faults.prefix(20) == [], "seed \(seed)")
        #expect(numbers.steps > 0 && numbers.restarts > 0 && numbers.rotations > 0 && !model.replayed.isEmpty)
        #expect(model.attempts > numbers.events)
    }
}
