#if PostgreSQL
import Domain
import Foundation
import Logging
import Primitives
import Store
import Synchronization

/// That this node alone has the database: a row with its name and a sign of life every few seconds, and a fence, which is
/// greater for each node that takes the database. Every transaction that writes finds its own fence in the turn row or ends,
/// so that a node which was stopped for long and goes on writes nothing after another one has begun.
final class NodeLease: Sendable {
    /// Who has the database, for a sentence.
    struct Holder: Sendable, Hashable {
        let fence: Int64
        let name: String
        let address: String
        let started: String
        /// Seconds since 1970 of its last sign of life, as a text: only whether it changes matters.
        let seen: String
        let isAlive: Bool

        var words: String { "the node \(name) (\(address), since \(started))" }
    }

    let fence: Int64
    private let times: NodeTimes
    private let address: PostgresAddress
    private let logger: Logger
    private let connection: SerialConnection
    private let timer: Mutex<(any DispatchSourceTimer)?>
    private let queue = DispatchQueue(label: "signalbox.postgres.node", qos: .userInitiated)
    private let begin = ContinuousClock.now
    /// Milliseconds since `begin` until which the node may trust that it has the database; negative: it has lost it.
    private let trusted: Atomic<Int64>
    private let onLost: Mutex<(@Sendable (StoreError) -> Void)?> = Mutex(nil)

    private init(
        fence: Int64,
        _ times: NodeTimes,
        _ address: PostgresAddress,
        _ connection: SerialConnection,
        _ logger: Logger
    ) {
        self.fence = fence
        self.times = times
        self.address = address
        self.connection = connection
        self.logger = logger
        trusted = Atomic(times.trusts)
        timer = Mutex(nil)
    }

    deinit { timer.withLock { $0?.cancel() } }

    private var now: Int64 { begin.duration(to: .now).wholeMilliseconds }

    // MARK: Taking

    /// Takes the database for a node, which waits for one that has ended without a word until its time is over.
    ///
    /// It holds its thread meanwhile. A node that gives a sign of life is not waited for.
    ///
    /// - Throws: `StoreError` that names the other node.
    static func take(
        _ opened: Connection,
        node: NodeName,
        times: NodeTimes,
        address: PostgresAddress,
        connection: SerialConnection,
        logger: Logger
    ) throws -> NodeLease {
        var first: Holder?
        let deadline = ContinuousClock.now + .milliseconds(times.lasts + 2 * times.beat)
        while true {
            let (fence, holder) = try attempt(opened, node, times)
            if let fence {
                if let first { logger.notice("The time of \(first.words) is over; this node goes on in its place") }
                return NodeLease(fence: fence, times, address, connection, logger)
            }
            guard let holder else { continue }
            if let first, first.fence != holder.fence || first.seen != holder.seen {
                throw held(by: holder, address)
            }
            if first == nil {
                first = holder
                logger.notice(
                    """
                    \(address.place) is in the hands of \(holder.words); waiting for a sign of its life, or for \
                    \(times.lasts / 1000) s without one
                    """
                )
            }
            guard ContinuousClock.now < deadline else { throw held(by: holder, address) }
            Thread.sleep(forTimeInterval: Double(min(250, max(10, times.beat / 4))) / 1000)
        }
    }

    private static func held(by holder: Holder, _ address: PostgresAddress) -> StoreError {
        StoreError(
            .held,
            "The database \(address.place) is in use by \(holder.words), and one node at a time may have it; stop that node, "
                + "reach it with --attach, or name another --store."
        )
    }

    /// The fence, where the database is free; else who has it.
    private static func attempt(
        _ connection: Connection,
        _ node: NodeName,
        _ times: NodeTimes
    ) throws -> (Int64?, Holder?) {
        try connection.execute("BEGIN")
        do {
            try connection.run("SELECT fence FROM turn FOR UPDATE")
            let rows = try connection.run(
                """
                SELECT fence, name, address, to_char(started AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), seen::text,
                    seen > clock_timestamp() - $1 * interval '1 millisecond' FROM node ORDER BY fence DESC LIMIT 1
                """,
                [times.lasts]
            )
            if let row = rows.first {
                let holder = Holder(
                    fence: row[0],
                    name: row[1],
                    address: row[2],
                    started: row[3],
                    seen: row[4],
                    isAlive: row[5]
                )
                if holder.isAlive {
                    try connection.execute("ROLLBACK")
                    return (nil, holder)
                }
            }
            try connection.run("DELETE FROM node")
            let fence = try connection.run("UPDATE turn SET fence = fence + 1 RETURNING fence").number
            try connection.run(
                """
                INSERT INTO node (fence, name, address, version, started, seen)
                VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())
                """,
                [fence, node.name, node.address, node.version]
            )
            try connection.execute("COMMIT")
            return (fence, nil)
        } catch {
            if !connection.isLost { try connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Locks the turn for the transaction that is open; nobody else writes until it ends.
    ///
    /// - Throws: `Lost` where another node has the database by now.
    @discardableResult
    static func holdTurn(_ connection: Connection, fence: Int64) throws -> Turn {
        let rows = try connection.run(
            "SELECT sequence, instance, mark FROM turn WHERE fence = $1 FOR UPDATE",
            [fence]
        )
        guard let row = rows.first else { throw Lost() }
        return Turn(sequence: row[0], instance: row[1], mark: row[2])
    }

    struct Turn: Sendable, Hashable {
        var sequence: Int64
        var instance: Int64
        /// Of the last transaction.
        var mark: Int64
    }

    /// Another node has the database.
    struct Lost: Error {}

    // MARK: Keeping

    /// `body` is called once, when another node has the database.
    func onLoss(_ body: @escaping @Sendable (StoreError) -> Void) { onLost.withLock { $0 = body } }

    /// Begins to give signs of life.
    func keep() {
        let pause = DispatchTimeInterval.milliseconds(Int(times.beat))
        let leeway = DispatchTimeInterval.milliseconds(Int(times.beat / 20))
        timer.withLock { timer in
            let made = DispatchSource.makeTimerSource(queue: queue)
            made.schedule(deadline: .now() + pause, repeating: pause, leeway: leeway)
            made.setEventHandler { [weak self] in self?.beat() }
            made.resume()
            timer = made
        }
    }

    /// On a thread of its own: whatever keeps the program's threads busy, the database stays with it.
    private func beat() {
        let (fence, asked) = (fence, now)
        do {
            let changed = try connection.runHere(patience: times.beat) { connection in
                try connection.run("UPDATE node SET seen = clock_timestamp() WHERE fence = $1", [fence]).changed
            }
            guard changed > 0 else { return lose() }
            extend(asked + times.trusts)
        } catch {
            logger.warning("PostgreSQL did not answer a sign of life", metadata: ["error": "\(error)"])
        }
    }

    private func extend(_ moment: Int64) {
        var known = trusted.load(ordering: .relaxed)
        while known >= 0, known < moment {
            let (isDone, found) = trusted.weakCompareExchange(
                expected: known,
                desired: moment,
                ordering: .relaxed
            )
            if isDone { return }
            known = found
        }
    }

    /// Another node has the database: whatever is asked from now on is refused.
    func lose() {
        guard trusted.exchange(-1, ordering: .relaxed) >= 0 else { return }
        logger.error("\(lostError.message)")
        onLost.withLock { $0 }?(lostError)
    }

    private var lostError: StoreError {
        StoreError(
            .held,
            "Another node has taken the database \(address.place) over, as this one gave no sign of life for "
                + "\(times.lasts / 1000) s; nothing more is written here. Start this node again when the other one is stopped."
        )
    }

    /// - Throws: `StoreError` where this node can't trust any more that the database is its own.
    func check() throws(StoreError) {
        let trusted = trusted.load(ordering: .relaxed)
        if trusted < 0 { throw lostError }
        guard now > trusted else { return }
        throw StoreError(
            .other,
            "PostgreSQL at \(address.place) has not answered for \(times.trusts / 1000) s; Signalbox goes on when it does."
        )
    }

    /// Gives the database back, so that the next node need not wait.
    func release() async throws {
        timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
        let fence = fence
        if trusted.exchange(-1, ordering: .relaxed) < 0 { return }
        try await connection.run(patience: 1000) { connection in
            _ = try connection.run("DELETE FROM node WHERE fence = $1", [fence])
        }
    }
}

/// As whom a node takes the database.
package struct NodeName: Sendable, Hashable {
    package let name: String
    /// Where its management API is.
    package let address: String
    package let version: String

    package init(name: String, address: String, version: String) {
        self.name = name
        self.address = address
        self.version = version
    }
}
#endif
