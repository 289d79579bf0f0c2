import Primitives

/// Something that others wait for until it is opened, by itself at the latest when no test waits any longer.
package final class Gate: Sendable {
    private let state = Locked<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    package init() {}

    package var isOpen: Bool { state.withLock { $0.isOpen } }

    package func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { return continuation.resume() }
            Patience.afterEnd { self.open() }
        }
    }

    /// The same for one who heeds a cancellation, which opens it.
    package func waitUnlessCancelled() async throws {
        await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            open()
        }
        try Task.checkCancellation()
    }

    /// The same for a thread that can't be a task.
    package func holdThread() { _ = threadWaits { isOpen } }

    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }
}
