#if PostgreSQL
import Domain
import Foundation
import Logging
import Primitives
import Store
import Synchronization

/// That this node works on the database: a row with its name and a sign of life every few seconds, and a fence, which is
/// greater for each node that comes. Whoever finds a row without a sign of life for too long takes it away, under the turn,
/// and with it all that its node holds; every transaction that writes finds its own row or ends, so that a node which was
/// stopped for long and goes on writes nothing after that.
final class NodeLease: Sendable {
    /// Who keeps another one from working here, for a sentence.
    struct Holder: Sendable, Hashable {
        let fence: Int64
        let isExclusive: Bool
        let name: String
        let address: String
        let started: String
        /// Seconds since 1970 of its last sign of life, as a text: only whether it changes matters.
        let seen: String
        /// Whether its time is not over.
        let isYoung: Bool

        var words: String { "the node \(name) (\(address), since \(started))" }
    }

    let fence: Int64
    /// Its signs of life that were answered.
    private let given: Locked<SignsOfLife>
    private let times: NodeTimes
    private let address: PostgresAddress
    private let logger: Logger
    private let connection: SerialConnection
    private let timer: Locked<(any DispatchSourceTimer)?>
    private let queue = DispatchQueue(label: "signalbox.postgres.node", qos: .userInitiated)
    private let begin = ContinuousClock.now
    /// Milliseconds since `begin` until which the node may trust that it has the database; negative: it has lost it.
    private let trusted: Atomic<Int64>
    private let isResting = Atomic(false)
    private let onLost: Locked<(@Sendable (StoreError) -> Void)?> = Locked(nil)

    private init(
        _ signs: SignsOfLife,
        _ times: NodeTimes,
        _ address: PostgresAddress,
        _ connection: SerialConnection,
        _ logger: Logger
    ) {
        fence = signs.node
        given = Locked(signs)
        self.times = times
        self.address = address
        self.connection = connection
        self.logger = logger
        trusted = Atomic(times.trusts)
        timer = Locked(nil)
    }

    deinit { timer.withLock { $0?.cancel() } }

    private var now: Int64 { begin.duration(to: .now).wholeMilliseconds }

    // MARK: Coming

    /// Comes to the database as a node, beside others or alone. Where one is in the way that gave no sign of life lately, it
    /// waits until that one's time is over, and for two signs at least: the way to the database may have been away for all.
    /// Those that are not in the way stay: this node finds out whether they are dead when it has given signs for long enough.
    ///
    /// It holds its thread meanwhile. A node that gives a sign of life is not waited for, nor is the `former` one, which is known
    /// to have ended.
    ///
    /// - Throws: `StoreError` that names the other node.
    static func acquire(
        _ opened: Connection,
        node: NodeName,
        after former: FormerNode?,
        isExclusive: Bool,
        times: NodeTimes,
        address: PostgresAddress,
        connection: SerialConnection,
        logger: Logger
    ) throws -> NodeLease {
        var first: Holder?
        let begin = ContinuousClock.now
        let deadline = begin + .milliseconds(times.lasts + 2 * times.beat)
        while true {
            let isWatched = begin.duration(to: .now).wholeMilliseconds >= min(times.lasts, 2 * times.beat)
            let (signs, holder) = try attempt(opened, node, after: former, isExclusive, times, isWatched: isWatched)
            if let signs {
                if let first { logger.notice("The time of \(first.words) is over; this node goes on in its place") }
                return NodeLease(signs, times, address, connection, logger)
            }
            guard let holder else { continue }
            if let first, first.fence == holder.fence ? first.seen != holder.seen : holder.isYoung {
                throw held(by: holder, address)
            }
            // Of several that ended, the last one to be seen comes first.
            if first?.fence != holder.fence {
                first = holder
                logger.notice(
                    """
                    \(address.location) is in the hands of \(holder.words); waiting for a sign of its life, or for \
                    \(times.lasts / 1000) s without one
                    """
                )
            }
            guard ContinuousClock.now < deadline else { throw held(by: holder, address) }
            Thread.sleep(forTimeInterval: Double(min(250, max(10, times.beat / 4))) / 1000)
        }
    }

    private static func held(by holder: Holder, _ address: PostgresAddress) -> StoreError {
        guard holder.isExclusive else {
            return StoreError(
                .held,
                "The database \(address.location) is in use by \(holder.words), whose version does not work beside this one's or "
                    + "beside a command that has it alone; stop that node, or reach it with --attach."
            )
        }
        return StoreError(
            .held,
            "The database \(address.location) is in use by \(holder.words), which has it alone; stop that node, "
                + "reach it with --attach, or name another --store."
        )
    }

    /// Whether a row of `node` has a sign of life that is not over, and whether it keeps this one from coming.
    private static let isYoung = """
        (seen > clock_timestamp() - $1 * interval '1 millisecond'
        OR pg_postmaster_start_time() > clock_timestamp() - $4 * interval '1 millisecond')
        """
    private static let isInTheWay = "($2 OR exclusive OR protocol <> $3)"

    /// The first sign of life, where nobody is in the way; else who is. Whose time is over is in the way until it was
    /// `isWatched`.
    private static func attempt(
        _ connection: Connection,
        _ node: NodeName,
        after former: FormerNode?,
        _ isExclusive: Bool,
        _ times: NodeTimes,
        isWatched: Bool
    ) throws -> (SignsOfLife?, Holder?) {
        let values: [any PostgresValue] = [times.lasts, isExclusive, Schema.nodeProtocol, times.grace]
        try connection.execute("BEGIN")
        do {
            try connection.run("SELECT fence FROM turn FOR UPDATE")
            try former?.remove(connection)
            let rows = try connection.run(
                """
                SELECT fence, exclusive, name, address, to_char(started AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    seen::text, \(isYoung) FROM node WHERE (\(isYoung) OR NOT $5) AND \(isInTheWay)
                    ORDER BY \(isYoung) DESC, fence DESC LIMIT 1
                """,
                values + [isWatched]
            )
            if let row = rows.first {
                try connection.execute("ROLLBACK")
                let holder = Holder(
                    fence: row[0],
                    isExclusive: row[1],
                    name: row[2],
                    address: row[3],
                    started: row[4],
                    seen: row[5],
                    isYoung: row[6]
                )
                return (nil, holder)
            }
            try connection.run("DELETE FROM node WHERE NOT (\(isYoung)) AND \(isInTheWay)", values)
            try forget(connection)
            let fence = try connection.run("UPDATE turn SET fence = fence + 1, epoch = epoch + 1 RETURNING fence")
                .number
            let seen = try connection.run(
                """
                INSERT INTO node (fence, name, address, version, started, seen, exclusive, protocol)
                VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp(), $5, $6) RETURNING \(SignsOfLife.moment)
                """,
                [fence, node.name, node.address, node.version, isExclusive, Schema.nodeProtocol]
            ).number
            try connection.run("INSERT INTO node_mark (node, mark, commits) VALUES ($1, 0, 0)", [fence])
            try connection.run(
                "INSERT INTO change (epoch, kind, reference) SELECT epoch, $1, 0 FROM turn",
                [StoreChange.Kind.nodes.rawValue]
            )
            try connection.execute("COMMIT")
            guard let fence, let seen else { throw Lost() }
            var signs = SignsOfLife(of: fence, times)
            signs.wasAnswered(at: seen)
            return (signs, nil)
        } catch {
            if !connection.isLost { try connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Takes away the rows of nodes that are dead, and what these hold; under the turn.
    @discardableResult
    static func removeDead(_ connection: Connection, by signs: SignsOfLife) throws -> [String] {
        let dead: [String] = try connection.run(
            "DELETE FROM node WHERE \(SignsOfLife.isOtherDead) RETURNING name",
            signs.values
        ).map { $0[0] }
        try forget(connection)
        return dead
    }

    /// Takes away what is of nodes that are not there any more.
    static func forget(_ connection: Connection) throws {
        try connection.run("DELETE FROM node_mark WHERE node NOT IN (SELECT fence FROM node)")
        try connection.run("UPDATE lease SET node = 0 WHERE node <> 0 AND node NOT IN (SELECT fence FROM node)")
        try prune(connection)
    }

    /// Takes away changes that every node knows: one that looked no later is dead since long.
    static func prune(_ connection: Connection) throws {
        try connection.run("DELETE FROM change WHERE at < clock_timestamp() - interval '1 hour'")
    }

    /// Locks the turn for the transaction that is open; nobody else writes until it ends.
    @discardableResult
    static func holdTurn(_ connection: Connection) throws -> Turn {
        let rows = try connection.run("SELECT sequence, instance, epoch FROM turn FOR UPDATE")
        guard let row = rows.first else { throw Lost() }
        return Turn(sequence: row[0], instance: row[1], epoch: row[2])
    }

    /// The same for a node that keeps nothing in memory yet.
    ///
    /// - Throws: `Lost` where it was taken for dead by now.
    @discardableResult
    static func holdTurn(_ connection: Connection, of fence: Int64) throws -> Turn {
        let turn = try holdTurn(connection)
        try checkPresence(connection, of: fence)
        return turn
    }

    static func checkPresence(_ connection: Connection, of fence: Int64) throws {
        guard try connection.run("SELECT count(*) FROM node WHERE fence = $1", [fence]).number == 1 else {
            throw Lost()
        }
    }

    struct Turn: Sendable, Hashable {
        var sequence: Int64
        var instance: Int64
        var epoch: Int64
    }

    /// This node was taken for dead: others have what it held.
    struct Lost: Error {}

    // MARK: Keeping

    /// `body` is called once, when this node was taken for dead.
    func onLoss(_ body: @escaping @Sendable (StoreError) -> Void) { onLost.withLock { $0 = body } }

    /// Begins to give signs of life.
    func start() {
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
    func beat() {
        let (fence, asked) = (fence, now)
        do {
            let seen = try connection.runHere(patience: times.beat) { connection in
                try connection.run(
                    "UPDATE node SET seen = clock_timestamp() WHERE fence = $1 RETURNING \(SignsOfLife.moment)",
                    [fence]
                ).number
            }
            guard let seen else {
                // It may have gone by itself meanwhile.
                return isResting.load(ordering: .relaxed) ? () : lose()
            }
            given.withLock { $0.wasAnswered(at: seen) }
            extend(asked + times.trusts)
        } catch {
            let sentence = StoreError(postgres: error, address, logger).message
            logger.warning("PostgreSQL did not answer a sign of life", metadata: ["error": "\(sentence)"])
        }
    }

    /// By them it may take other nodes for dead.
    var signs: SignsOfLife { given.withLock { $0 } }

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

    /// Others have what this node held: whatever is asked from now on is refused.
    func lose() {
        guard trusted.exchange(-1, ordering: .relaxed) >= 0 else { return }
        logger.error("\(lostError.message)")
        onLost.withLock { $0 }?(lostError)
    }

    private var lostError: StoreError {
        StoreError(
            .held,
            "Another node has taken over what this one had of the database \(address.location), as it gave no sign of life for "
                + "\(times.lasts / 1000) s; nothing more is written here. Start this node again."
        )
    }

    /// - Throws: `StoreError` where this node can't trust any more that the database is its own.
    func check() throws(StoreError) {
        let trusted = trusted.load(ordering: .relaxed)
        if trusted < 0 { throw lostError }
        guard now > trusted else { return }
        throw StoreError(
            .other,
            "PostgreSQL at \(address.location) has answered no sign of life of this node for \(times.trusts / 1000) s; Signalbox "
                + "goes on when it does."
        )
    }

    /// Gives no more signs of life, as the node is about to go: its row is taken away by what it writes last.
    func rest() {
        isResting.store(true, ordering: .relaxed)
        timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
    }

    /// The node has gone: whatever is asked from now on is refused.
    func end() {
        rest()
        _ = trusted.exchange(-1, ordering: .relaxed)
    }
}

/// As whom a node comes to the database.
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
