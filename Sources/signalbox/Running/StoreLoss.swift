import Glibc
import Store
import Synchronization

/// Another node has taken the store over: this one ends, as nothing that it could do would be stored, and what it still sent
/// the other one sends, too.
final class StoreLoss: Sendable {
    private let sentence = Mutex<StoreError?>(nil)

    /// Why, for the exit.
    var error: StoreError? { sentence.withLock { $0 } }

    /// Ends the program as a signal does.
    func end(_ error: StoreError) {
        sentence.withLock { $0 = error }
        kill(getpid(), SIGTERM)
    }
}
