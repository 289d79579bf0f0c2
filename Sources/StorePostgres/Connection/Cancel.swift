#if PostgreSQL
import Primitives
import CPostgres

/// Interrupts the statement that runs over a connection, from any thread and only while the reading that is meant runs: what
/// came after it is somebody else's.
@safe final class Cancel: Sendable {
    private struct State {
        var running: UInt64?
        var next: UInt64 = 0
    }

    // libpq says that it may be used by any thread; what it points to never changes.
    private nonisolated(unsafe) let handle: OpaquePointer?
    private let state = Locked(State())

    init(_ handle: OpaquePointer?) { unsafe self.handle = handle }

    deinit { unsafe PQfreeCancel(handle) }

    /// A number for what begins now.
    func begin() -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.running = state.next
            return state.next
        }
    }

    func end() { state.withLock { $0.running = nil } }

    /// Waits for the server to have heard of it.
    func interrupt(_ number: UInt64? = nil) {
        state.withLock { state in
            guard let running = state.running, number == nil || number == running else { return }
            var words = [CChar](repeating: 0, count: 256)
            _ = unsafe PQcancel(handle, &words, Int32(words.count))
        }
    }
}
#endif
