import Domain
import EngineAPI

/// Holds callbacks and resumes them, as a person asks.
struct ManualHolds: Sendable {
    let directory: InstanceDirectory
    let dispatcher: Dispatcher
    let state: RunState

    func resume(_ id: InstanceID) async throws {
        _ = try await directory.entry(id)
        try await dispatcher.resume(id, waits: state.isRunning)
        await dispatcher.holds.settle()
        guard !dispatcher.holds.isLost(nil, of: id) else {
            throw ClientError(
                .unavailable,
                "The callback is released, but that could not be stored: a restart would hold it again. Release it again."
            )
        }
    }

    func hold(_ id: InstanceID, reason: String?) async throws {
        let instance = try await directory.entry(id).instance
        guard CallbackRoute(instance) != nil else {
            throw ClientError(.conflict, "There is no callback to hold; set the Event Notification Callback URL.")
        }
        let reason = reason?.trimmed ?? ""
        guard reason.utf8.count <= CallbackHold.longestReason else {
            throw ClientError(.invalid, "reason is longer than \(CallbackHold.longestReason) bytes.")
        }
        guard await dispatcher.hold(id, reason: reason.isEmpty ? "A person holds it." : reason) else {
            throw ClientError(
                .unavailable,
                "The callback is held, but that could not be stored: a restart would forget it. Hold it again."
            )
        }
    }
}
