import Synchronization
package import Testing

/// Lets the long tests of one kind run one after another. All tests begin at once; those that compute for minutes, or that
/// measure a program from outside, would otherwise hold each other and everything else up.
package struct Turns: SuiteTrait, TestTrait, TestScoping {
    private let queue: TurnQueue
    package let isRecursive = true

    @concurrent package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A suite has no turn of its own: its tests have.
        guard testCase != nil else { return try await function() }
        await queue.enter()
        defer { queue.leave() }
        try await function()
    }

    fileprivate init(_ queue: TurnQueue) { self.queue = queue }
}

extension Trait where Self == Turns {
    /// Campaigns: much to compute.
    package static var campaign: Self { Turns(TurnQueue.campaigns) }
    /// Real programs that are watched by the clock.
    package static var timed: Self { Turns(TurnQueue.timed) }
}

/// One place, first come, first served.
private final class TurnQueue: Sendable {
    static let campaigns = TurnQueue()
    static let timed = TurnQueue()

    private let state = Mutex<(isTaken: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken {
                    state.waiting.append(continuation)
                    return false
                }
                state.isTaken = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
