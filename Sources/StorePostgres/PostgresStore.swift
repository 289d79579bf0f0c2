#if PostgreSQL
import Domain
import Foundation
package import Logging
import Primitives
package import Store
import Synchronization

/// The event store of a node, in a database of PostgreSQL, which the node has to itself or shares with others (`NodeLease`,
/// `SharedStore`).
///
/// Writes go through `WriteQueue` over one connection; reads run beside them over others and see the last commit.
package final class PostgresStore: EventStore {
    /// What can be set from outside.
    package struct Options: Sendable, Hashable, SecretBearing {
        /// The key that secrets are encrypted with. Another node has to read them too, so that it is always given.
        package var key: GivenKey?
        /// As whom the database is taken.
        package var node: NodeName
        package var times: NodeTimes
        /// The node's own directory, which no other process may use meanwhile; nil: it has none.
        package var directory: String?
        /// Whether the node is to have the database alone; else it works beside others.
        package var isExclusive = true
        /// Whether it may be open in the middle of a move into it.
        package var mayBeMoving = false

        package init(key: GivenKey?, node: NodeName, times: NodeTimes = NodeTimes()) {
            self.key = key
            self.node = node
            self.times = times
        }
    }

    let address: PostgresAddress
    let queue: WriteQueue
    let claims = ProcessClaims()
    /// What was stored a moment ago and is about to be delivered.
    let fresh = Locked(FreshNotifications())
    /// Called where secrets and tokens were changed of which the node has a copy.
    let fileChange = Locked<(@Sendable () -> Void)?>(nil)
    let lease: NodeLease
    let logger: Logger
    private let readers: ReaderPool
    /// What people look at and search. Two of the readers are left to deliveries and polls alone, whoever looks.
    private let looks = AsyncSemaphore(4)
    /// Of these, what may have to look at events one by one.
    private let scans = AsyncSemaphore(2)
    /// The index of words, which is written beside the writer.
    let words: SerialConnection
    let keeper: SerialConnection
    let times: NodeTimes
    /// What the node has from its start on, and hears of others; nil where it is alone.
    let watch: NodeWatch?
    private let lock: Locked<DirectoryLock?>
    /// Nothing is read any more.
    private let isClosing = Atomic(false)

    /// PostgreSQL looks after its files by itself.
    package var endedBadly: Bool { false }

    private static let readerCount = 6
    /// Those of a node: beside the readers the writer's, the signs of life's, the words' and the one that looks at other nodes.
    static let connections = readerCount + 4
    /// Milliseconds that a read is tried again where it may pass.
    static let readPatience: Int64 = 5_000
    /// The same at the start, where the server may be starting as well.
    private static let startPatience: Int64 = 10_000
    private static let oldest = 130_000

    /// Opens the store of a database, or makes it; the node is at the database until it is closed.
    ///
    /// It holds its thread meanwhile: where another node is in the way and has ended without a word, until that one's time is
    /// over.
    package init(_ address: PostgresAddress, options: Options, logger: Logger) throws(StoreError) {
        guard let given = options.key else { throw Self.needsKey }
        let secrets = SecretBox(try SecretKey(given))
        var lock: DirectoryLock?
        if let path = options.directory { lock = try DirectoryLock(path: DataDirectory(preparing: path).lockPath) }
        self.lock = Locked(lock)
        self.address = address
        self.logger = logger
        let keeper = SerialConnection(address, label: "node", logger: logger)
        self.keeper = keeper
        words = SerialConnection(address, label: "words", logger: logger)
        var hasLeftovers = false
        readers = ReaderPool(address, count: Self.readerCount, logger: logger)
        do {
            let (times, node, isExclusive) = (options.times, options.node, options.isExclusive)
            let former = options.directory.flatMap { FormerNode(in: $0) }
            self.times = times
            let lease = try keeper.runHere(patience: Self.startPatience, isStart: true) { connection in
                guard connection.serverVersion >= Self.oldest else {
                    throw StoreError(
                        .unreadable,
                        "PostgreSQL at \(address.location) is too old (\(connection.serverVersion / 10_000)); it takes 13 or newer."
                    )
                }
                let migrator = Migrator(connection: connection, address: address, logger: logger)
                try migrator.lay()
                try migrator.check()
                let lease = try NodeLease.acquire(
                    connection,
                    node: node,
                    after: former,
                    isExclusive: isExclusive,
                    times: times,
                    address: address,
                    connection: keeper,
                    logger: logger
                )
                try migrator.migrate(fence: lease.fence)
                return lease
            }
            self.lease = lease
            do {
                if let path = options.directory { try Self.note(lease.fence, in: path, by: keeper, logger) }
                let (fence, signs, mayBeMoving) = (lease.fence, lease.signs, options.mayBeMoving)
                let (state, leftovers) = try keeper.runHere(patience: Self.startPatience, isStart: true) { connection in
                    try connection.execute("BEGIN")
                    // Of two first starts one makes what is not there.
                    let turn = try NodeLease.holdTurn(connection)
                    let key = try DatabaseKey.establish(connection, given: secrets, fence: fence)
                    if key.isFormer {
                        logger.warning(
                            "\(given.source) still holds a former key of stored secrets, which was changed while nodes ran; put the new one there"
                        )
                    }
                    if !mayBeMoving, try Self.moveUnderWay(connection) != nil {
                        throw StoreError.isMoving("The database \(address.location)")
                    }
                    var transaction = WriteTransaction(connection: connection, node: fence, state: WriterState())
                    transaction.state.secrets = key.box
                    (transaction.state.nextSequence, transaction.state.nextInstance) = (turn.sequence, turn.instance)
                    try transaction.state.refresh(to: turn.epoch, of: fence, connection)
                    _ = try transaction.settleLeases(by: signs, isFirst: true)
                    let gone = mayBeMoving ? [] : try Self.goneInstances(connection)
                    try transaction.flush(mark: 0)
                    try connection.execute("COMMIT")
                    return (transaction.state, gone)
                }
                hasLeftovers = !leftovers.isEmpty
                queue = WriteQueue(
                    try Connection(address, label: "writer"),
                    address,
                    lease,
                    state: state,
                    times,
                    logger
                )
                watch = isExclusive ? nil : NodeWatch(address, queue, lease, logger)
            } catch {
                try? keeper.runHere(patience: 0) { [fence = lease.fence] connection in
                    _ = try connection.run("DELETE FROM node WHERE fence = $1", [fence])
                }
                throw error
            }
        } catch {
            throw StoreError(postgres: error, address, logger)
        }
        lease.start()
        watch?.start()
        if hasLeftovers { Task(priority: .background) { [self] in await endDeliveriesOfGone() } }
    }

    /// The next one in this directory goes on with what this one holds, however it ends.
    private static func note(
        _ fence: Int64,
        in directory: String,
        by keeper: SerialConnection,
        _ logger: Logger
    ) throws {
        let own = try keeper.runHere(patience: startPatience) { connection in try FormerNode(fence, at: connection) }
        if own?.save(in: directory) == true { return }
        logger.notice("\(directory)/node can't be written; after a kill, a start waits for this node's time to be over")
    }

    package static let needsKey = StoreError(
        .other,
        "SIGNALBOX_KEY is needed with PostgreSQL, as secrets in it are encrypted with it; give the key of this database, or, "
            + "before its first start, make one and keep it: openssl rand -base64 32"
    )

    /// Calls `body` once, when this node was taken for dead.
    package func onLoss(_ body: @escaping @Sendable (StoreError) -> Void) { lease.onLoss(body) }

    /// Nobody knows how much is free where PostgreSQL keeps its files.
    package func freeBytes() async -> Int64? { nil }

    package func usedBytes() async -> Int64? {
        try? await look { connection in
            try connection.run("SELECT pg_database_size(current_database())").number
        } ?? nil
    }

    /// The program ends: what can't be written now is given up soon.
    package func hurry() { queue.hurry() }

    /// Waits for what is being written and gives back what the node holds. Reads that are still under way are interrupted.
    package func close() async throws {
        if isClosing.exchange(true, ordering: .sequentiallyConsistent) { return }
        lease.rest()
        if (try? lease.check()) != nil {
            do { try await queue.perform(inDoubt: .never) { try $0.leave() } } catch {
                logger.notice(
                    "The database could not be given back; others wait for this node's time to be over",
                    metadata: ["error": "\(error)"]
                )
            }
        }
        lease.end()
        await watch?.close()
        await queue.close()
        await readers.close()
        await words.close()
        await keeper.close()
        lock.withLock { $0 = nil }
    }

    /// PostgreSQL's own tools do that: `pg_amcheck`, and checksums of its pages.
    package func damage() async throws -> String? { nil }

    // MARK: Reading

    /// Reads in one snapshot, for deliveries and polls; cancelling the task interrupts the statement.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        if isClosing.load(ordering: .relaxed) { throw StoreError.closed }
        try lease.check()
        do {
            return try await readers.run(patience: Self.readPatience) { connection in
                try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                let value = try body(connection)
                try connection.execute("COMMIT")
                return value
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            if isClosing.load(ordering: .relaxed) { throw StoreError.closed }
            throw StoreError(postgres: error, address, logger)
        }
    }

    /// The same, for what somebody looks at: it never takes the readers that deliveries and polls need.
    func look<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await looks.use { try await read(body) }
    }

    /// The same, for what may have to look at events one by one: few at a time.
    func scan<Value: Sendable>(
        _ filter: EventFilter,
        counting: Bool = false,
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        guard filter.looksAtEvents(counting: counting) else { return try await look(body) }
        return try await scans.use { try await look(body) }
    }
}
#endif
