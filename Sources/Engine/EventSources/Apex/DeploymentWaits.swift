import EngineAPI
import Primitives

/// The waits between two looks at a deployment. An org may leave one in its queue for hours: a deletion of the instance, and
/// the end of the work for it, cut them short.
final class DeploymentWaits: Sendable {
    private struct State {
        /// Deletions that have begun and not failed.
        var deletions = 0
        var isStopped = false
        /// The wait that goes on; there is one deployment at a time.
        var sleeper: Task<Void, any Error>?

        var isDeleting: Bool { deletions > 0 }

        /// Why no deployment is begun, or waited for; what a deletion does itself is.
        func refusal(isWithdrawal: Bool, isBegun: Bool) -> ClientError? {
            if isStopped {
                let rest =
                    isBegun
                    ? "waits for no deployment; what was begun goes on in the org."
                    : "begins no deployment any more."
                return ClientError(.unavailable, "Signalbox ends its work for this instance and \(rest)")
            }
            guard isDeleting, !isWithdrawal else { return nil }
            return ClientError(.unavailable, "The instance is being deleted, and its Apex with it.")
        }
    }

    private let state = Locked(State())

    /// How many times as long as the first the longest wait is.
    private static let longest = 30.0

    /// Milliseconds until the next look, of which there were so many: each half as long again as the one before.
    static func pause(_ first: Int64, after looks: Int) -> Int64 {
        var factor = 1.0
        for _ in 0..<min(looks, 16) { factor *= 1.5 }
        return Int64(Double(first) * min(factor, longest))
    }

    /// Whether deployments are waited for no longer, whatever came of them.
    var isOver: Bool { state.withLock { $0.isDeleting || $0.isStopped } }

    /// - Throws: `ClientError` where no deployment is begun any more, or waited for where it is.
    func admit(isWithdrawal: Bool, isBegun: Bool = false) throws {
        let refusal = state.withLock { $0.refusal(isWithdrawal: isWithdrawal, isBegun: isBegun) }
        if let refusal { throw refusal }
    }

    /// - Throws: `ClientError` where it is cut short.
    func wait(until moment: Timestamp, by clock: any EngineClock, isWithdrawal: Bool) async throws {
        let sleeper = Task { try await clock.sleep(until: moment) }
        let refusal = state.withLock { state in
            let refusal = state.refusal(isWithdrawal: isWithdrawal, isBegun: true)
            if refusal == nil { state.sleeper = sleeper }
            return refusal
        }
        if let refusal {
            sleeper.cancel()
            throw refusal
        }
        await withTaskCancellationHandler {
            _ = await sleeper.result
        } onCancel: {
            sleeper.cancel()
        }
        state.withLock { $0.sleeper = nil }
        try Task.checkCancellation()
        try admit(isWithdrawal: isWithdrawal, isBegun: true)
    }

    /// The instance is being deleted: what is waited for, and what waits for its turn, ends now.
    func endForDeletion() { end { $0.deletions += 1 } }

    /// The deletion failed: once for each that began.
    func reopen() { state.withLock { $0.deletions -= 1 } }

    /// The work for the instance ends here.
    func stop() { end { $0.isStopped = true } }

    private func end(_ change: (inout State) -> Void) {
        let sleeper = state.withLock { state in
            change(&state)
            return state.sleeper
        }
        sleeper?.cancel()
    }
}
