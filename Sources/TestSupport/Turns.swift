import Primitives
package import Testing

/// Lets the long tests of one kind run one after another, or a few at a time. All tests begin at once; those that compute
/// for minutes, that measure a program from outside, or that start programs would otherwise hold each other and everything
/// else up. Waiting for a turn counts for a test's time limit.
package struct Turns: SuiteTrait, TestTrait, TestScoping {
    private let queue: TurnQueue
    package let isRecursive = true

    /// Takes a turn only for as long as `function` runs.
    package func run(_ function: @concurrent @Sendable () async throws -> Void) async throws {
        await queue.enter()
        defer { queue.leave() }
        try await function()
    }

    @concurrent package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A suite has no turn of its own: its tests have.
        guard testCase != nil else { return try await function() }
        try await run(function)
    }

    fileprivate init(_ queue: TurnQueue) { self.queue = queue }
}

extension Trait where Self == Turns {
    /// Pure tests in great number, as those of the dashboard. All that is ready to run waits in one line for as many threads as
    /// there are processors: were all these cases in it at once, each step of any other test would wait behind minutes of them, and
    /// what has background priority would get a step only as one of them ends.
    package static var cases: Self { Turns(TurnQueue.cases) }
    /// Campaigns: much to compute.
    package static var campaign: Self { Turns(TurnQueue.campaigns) }
    /// Real programs that are watched by the clock.
    package static var timed: Self { Turns(TurnQueue.timed) }
    /// Other tests that start real programs.
    package static var programs: Self { Turns(TurnQueue.programs) }
    /// Tests that have a database of PostgreSQL for themselves, with a process for each of its connections.
    package static var databases: Self { Turns(TurnQueue.databases) }
}

/// Some slots, first come, first served.
private final class TurnQueue: Sendable {
    static let cases = TurnQueue(slots: 2)
    static let campaigns = TurnQueue(slots: 1)
    static let timed = TurnQueue(slots: 1)
    /// More than the processors of a small machine, as such tests wait most of the time.
    static let programs = TurnQueue(slots: 8)
    static let databases = TurnQueue(slots: 8)

    private let state: Locked<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    private init(slots: Int) { state = Locked((slots, [])) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
