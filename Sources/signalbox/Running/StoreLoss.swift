import Glibc
import Primitives
import Store

/// Another node has taken the store over: this one ends, as nothing that it could do would be stored, and what it still sent
/// the other one sends, too.
final class StoreLoss: Sendable {
    private let sentence = Locked<StoreError?>(nil)
    private let ending: Ending
    private let signal: @Sendable () -> Void

    init(ending: Ending, signal: @escaping @Sendable () -> Void = { kill(getpid(), SIGTERM) }) {
        self.ending = ending
        self.signal = signal
    }

    /// Why, for the exit.
    var error: StoreError? { sentence.withLock { $0 } }

    /// Ends the program as a signal does, but as a failure however long that takes.
    func end(_ error: StoreError) {
        sentence.withLock { $0 = error }
        // Before the signal, which begins an end without a fault.
        ending.begin(status: 1)
        signal()
    }
}
