#if PostgreSQL
import Dispatch
import Domain
import Glibc
import Logging
import Primitives
import Store
import Synchronization

/// A connection with a thread of its own, which may wait for the server; opened when it is first needed, and anew where it
/// was lost.
final class SerialConnection: Sendable {
    private let queue: DispatchQueue
    private let address: PostgresAddress
    private let label: String
    private let logger: Logger
    private let connection = Locked<Connection?>(nil)
    private let cancel = Locked<Cancel?>(nil)
    private let isClosed = Atomic(false)

    /// Milliseconds between two tries at first; doubled each time.
    private static let firstPause: Int64 = 20
    private static let longestPause: Int64 = 500

    init(_ address: PostgresAddress, label: String, logger: Logger) {
        self.address = address
        self.label = label
        self.logger = logger
        queue = DispatchQueue(label: "signalbox.postgres.\(label)")
    }

    /// Runs `body` on the connection's thread. What may pass is tried again for so many milliseconds, so that it may be run
    /// several times; cancelling the task interrupts the statement.
    func run<Value: Sendable>(
        patience: Int64,
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        let isCancelled = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in
                    continuation.resume(
                        with: Result { try runNow(patience: patience, isStart: false, isCancelled, body) }
                    )
                }
            }
        } onCancel: {
            isCancelled.set()
            let cancel = cancel.withLock { $0 }
            // Asking the server to interrupt waits for it.
            DispatchQueue.global().async { if let number = isCancelled.number { cancel?.interrupt(number) } }
        }
    }

    /// The same on the caller's thread. At a start an address that is wrong is said at once; once a node works, a login that is
    /// refused may be that of a server in the middle of a change.
    func runHere<Value: Sendable>(
        patience: Int64,
        isStart: Bool = false,
        _ body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try queue.sync { try runNow(patience: patience, isStart: isStart, Flag(), body) }
    }

    private func runNow<Value: Sendable>(
        patience: Int64,
        isStart: Bool,
        _ isCancelled: Flag,
        _ body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        let end = ContinuousClock.now + .milliseconds(patience)
        var pause = Self.firstPause
        while true {
            if isCancelled.isSet { throw CancellationError() }
            if isClosed.load(ordering: .relaxed) { throw StoreError.closed }
            do {
                return try connection.withLock { connection in
                    if connection == nil {
                        let opened = try Connection(address, label: label)
                        cancel.withLock { $0 = opened.cancel }
                        connection = opened
                    }
                    guard let open = connection else { throw StoreError.closed }
                    isCancelled.number = open.cancel.begin()
                    defer { open.cancel.end() }
                    do {
                        return try body(open)
                    } catch {
                        if open.isLost || (error as? PostgresFault)?.needsNewConnection == true {
                            connection = nil
                        } else if open.isInTransaction {
                            try open.execute("ROLLBACK")
                        }
                        throw error
                    }
                }
            } catch let fault as PostgresFault {
                if fault.isCancelled, isCancelled.isSet { throw CancellationError() }
                guard fault.mayPass, !(isStart && fault.isOfAddress), ContinuousClock.now < end else { throw fault }
                logger.debug(
                    "PostgreSQL: tried again",
                    metadata: ["state": "\(fault.state)", "error": "\(fault.message)"]
                )
                usleep(UInt32(clamping: pause * 1000))
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    /// Ends the connection; what is running is interrupted, and what comes later is refused.
    func close() async {
        isClosed.store(true, ordering: .relaxed)
        cancel.withLock { $0 }?.interrupt()
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                connection.withLock { $0 = nil }
                continuation.resume()
            }
        }
    }
}

/// Whether whoever asked has gone meanwhile, and the number of what runs for him.
private final class Flag: Sendable {
    private let state = Locked<(isSet: Bool, number: UInt64?)>((false, nil))

    var isSet: Bool { state.withLock { $0.isSet } }
    var number: UInt64? {
        get { state.withLock { $0.number } }
        set { state.withLock { $0.number = newValue } }
    }

    func set() { state.withLock { $0.isSet = true } }
}
#endif
