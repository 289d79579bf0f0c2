package import Synchronization

/// A value that threads change one after another, as `Mutex` of the standard library has it, which it is made of.
///
/// That one must not be used as it is: an optimised build (Swift 6.3, Linux) works out where the number of the running thread
/// stands, by which a `Mutex` knows its owner, once for a whole asynchronous function. After a suspension the function may go on
/// in another thread. The lock is then taken under the number of the former one, and its release ends the process ("Call to
/// unlock Mutex on a thread which hasn't acquired the lock"). A call that is not inlined has no suspension within it.
package struct Locked<Value: ~Copyable>: ~Copyable, Sendable {
    @usableFromInline let mutex: Mutex<Value>

    @inlinable package init(_ value: consuming sending Value) { mutex = Mutex(value) }

    @inlinable @inline(never)
    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock(body)
    }
}
