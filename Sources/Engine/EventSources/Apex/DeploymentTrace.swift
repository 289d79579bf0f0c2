import Domain
import EngineAPI
import Primitives
import Salesforce

/// What was seen of one deployment, or removal, by which one knows what it may have left in the org.
final class DeploymentTrace: Sendable {
    private struct State {
        var isPosted = false
        var isRefused = false
        var last: DeployStatus?

        /// Of one that failed: an end that was seen to be good is none of that kind, whatever failed behind it.
        var isUndone: Bool { last.map { $0.isDone && !$0.isSuccess } ?? isRefused }
    }

    private let state = Locked(State())

    /// From here on the org may have it.
    func posts() { state.withLock { $0.isPosted = true } }

    func reported(_ status: DeployStatus) { state.withLock { $0.last = status } }

    func failed(_ error: any Error) {
        guard let error = error as? SalesforceError, error.isRefusedByOrg else { return }
        state.withLock { $0.isRefused = true }
    }

    /// Whether one that failed was posted and has left the org as it was: it was refused, or is over and undone.
    var isUndone: Bool { state.withLock { $0.isPosted && $0.isUndone } }

    /// Whether one that failed may have changed the org nonetheless, or may yet.
    var isOpen: Bool { state.withLock { $0.isPosted && !$0.isUndone } }

    /// What a client sees of its failure.
    func report(_ error: any Error, of work: ApexWork) -> any Error {
        guard error is CancellationError else { return ClientError.translating(error) }
        let what = work == .deploying ? "deployment" : "removal"
        let isPosted = state.withLock { $0.isPosted }
        let rest = isPosted ? "is waited for no longer; it goes on in the org." : "was ended before it began."
        return ClientError(.unavailable, "The \(what) of the Apex triggers \(rest)")
    }
}
