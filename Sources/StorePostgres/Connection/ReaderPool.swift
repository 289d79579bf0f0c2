#if PostgreSQL
import Primitives
import Logging
import Store

/// Connections that are read over, each by one at a time; opened when they are needed.
final class ReaderPool: Sendable {
    private let all: [SerialConnection]
    private let slots: AsyncSemaphore
    private let free: Locked<[SerialConnection]>

    init(_ address: PostgresAddress, count: Int, logger: Logger) {
        all = (1...count).map { SerialConnection(address, label: "reader \($0)", logger: logger) }
        slots = AsyncSemaphore(count)
        // The first ones are taken first, so that as few are opened as are needed.
        free = Locked(all.reversed())
    }

    func run<Value: Sendable>(
        patience: Int64,
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await slots.use {
            guard let connection = free.withLock({ $0.popLast() }) else { throw StoreError.closed }
            defer { free.withLock { $0.append(connection) } }
            return try await connection.run(patience: patience, body)
        }
    }

    func close() async { for connection in all { await connection.close() } }
}
#endif
