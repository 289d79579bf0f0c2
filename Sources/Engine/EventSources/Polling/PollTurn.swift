import Domain
import EngineAPI
import Primitives

/// One poll under way. Whoever waits for it is let go when it is given up, even if its work never ends.
final class PollTurn: Sendable {
    private struct State {
        var result: Result<PollSummary, any Error>?
        var waiter: CheckedContinuation<PollSummary, any Error>?
    }

    private let state = Locked(State())
    /// Why the watchdog cancelled it, if it did.
    private let reason = Locked<String?>(nil)

    private let pages = Locked(0)
    private let calls = Locked(APICalls())
    private let firstWait = Locked<Timestamp?>(nil)

    private let newestRows = Locked<Timestamp?>(nil)

    /// By the clock that nobody sets.
    let began: Timestamp
    /// Somebody wants it, whatever was planned.
    let isAsked: Bool

    init(at now: Timestamp, isAsked: Bool = false) {
        began = now
        self.isAsked = isAsked
    }

    /// Since when it has been waiting for an answer of the org, if it is.
    var waiting: Timestamp? { firstWait.withLock { $0 } }

    /// A request went out; one that follows another without an answer is the same wait.
    func waits(at now: Timestamp) { firstWait.withLock { $0 = $0 ?? now } }

    /// The org answered, or a request failed in its time.
    func moved() { firstWait.withLock { $0 = nil } }

    /// When rows of the org were stored last.
    var heard: Timestamp? { newestRows.withLock { $0 } }

    /// Rows of the org are stored; whether they are its first.
    func storedRows(at now: Timestamp) -> Bool {
        newestRows.withLock { moment in
            defer { moment = now }
            return moment == nil
        }
    }

    /// Calls of the org that were made meanwhile.
    var spent: APICalls { calls.withLock { $0 } }

    func add(_ calls: APICalls) { self.calls.withLock { $0.add(calls) } }

    /// The number of the next page to be stored.
    func countPage() -> Int {
        pages.withLock { pages in
            pages += 1
            return pages
        }
    }

    /// Begins the work. The task that this returns ends with it, or when it is given up.
    func start(_ work: @escaping @Sendable () async throws -> PollSummary) -> Task<PollSummary, any Error> {
        let work = Task {
            do { settle(.success(try await work())) } catch { settle(.failure(error)) }
        }
        return Task {
            try await withTaskCancellationHandler {
                try await value()
            } onCancel: {
                work.cancel()
            }
        }
    }

    /// Nobody waits for it any more, and what it still brings is not taken.
    func giveUp(_ error: any Error) { settle(.failure(error)) }

    var isOver: Bool { state.withLock { $0.result != nil } }

    /// Records that it is cancelled because it hangs.
    func condemn(_ reason: String) { self.reason.withLock { $0 = reason } }

    var condemnation: String? { reason.withLock { $0 } }

    private func settle(_ result: Result<PollSummary, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<PollSummary, any Error>? in
            guard state.result == nil else { return nil }
            state.result = result
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result)
    }

    private func value() async throws -> PollSummary {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiter = continuation }
                return state.result
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
