#if PostgreSQL
import Dispatch
import Domain
import Foundation
import Glibc
import Logging
import Primitives
import Store
import Synchronization

/// Looks at what other nodes of a database do, and tells them when this one did something.
///
/// What they do is read from the turn row: four times a second beside others, once a second alone, and at once when one of
/// them notified. A notification is sent after a commit, over a connection of its own and never more often than every 20 ms: in
/// the transaction that writes it would make all of them queue. One that is lost costs a quarter of a second.
final class NodeWatch: Sendable {
    /// What the turn row said.
    struct Look: Sendable, Hashable {
        /// The next sequence.
        var sequence: Int64
        var epoch: Int64
        /// Transactions of the others.
        var commits: Int64
        /// Whether one of them gives no sign of life any more.
        var isOneDead: Bool
        /// Beside this one.
        var others: Int64
        /// Of these, those whose sign of life is overdue.
        var silent: Set<Int64>
    }

    static let channel = "signalbox"
    /// Milliseconds between two looks, beside others and alone.
    private static let pauses: (shared: Int64, alone: Int64) = (250, 1000)
    /// Milliseconds between two notifications.
    private static let rest: Int64 = 20

    private let address: PostgresAddress
    private let queue: WriteQueue
    private let lease: NodeLease
    private let logger: Logger
    private let looks: AsyncStream<Look>
    private let looked: AsyncStream<Look>.Continuation
    private let wrote = Atomic(false)
    private let isEnding = Atomic(false)
    private let ended: Locked<(isOver: Bool, waiting: CheckedContinuation<Void, Never>?)> = Locked((false, nil))
    private let begin = ContinuousClock.now
    /// Wakes the thread.
    private let bell = Bell()
    /// What the reader of the news knows already.
    private let known: Locked<Known>

    struct Known: Sendable {
        var held: Set<InstanceID> = []
        var surplus: Set<InstanceID> = []
        var sequence: Int64
        var commits: Int64 = 0
        var nodes: [StoreNode] = []
        var silent: Set<Int64> = []
        var hasBegun = false
    }

    init(_ address: PostgresAddress, _ queue: WriteQueue, _ lease: NodeLease, _ logger: Logger) {
        self.address = address
        self.queue = queue
        self.lease = lease
        self.logger = logger
        (looks, looked) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        known = Locked(Known(sequence: queue.state.nextSequence))
    }

    func start() {
        queue.onCommit { [weak self] wrote in
            if wrote { self?.wrote.store(true, ordering: .relaxed) }
            self?.ring()
        }
        let thread = Thread { [self] in run() }
        thread.name = "signalbox nodes"
        thread.start()
    }

    /// Looks at once.
    func ring() { bell.ring() }

    /// Tells the others what was committed last, and ends.
    func close() async {
        isEnding.store(true, ordering: .relaxed)
        ring()
        looked.finish()
        await withCheckedContinuation { continuation in
            let isOver = ended.withLock { ended in
                if !ended.isOver { ended.waiting = continuation }
                return ended.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: News

    func withKnown<Value: Sendable>(_ body: (inout sending Known) -> sending Value) -> Value { known.withLock(body) }

    /// The next look; nil at the end.
    func nextLook() async -> Look? {
        var iterator = looks.makeAsyncIterator()
        return await iterator.next(isolation: #isolation)
    }

    // MARK: The thread

    private func run() {
        var connection: Connection?
        var told = ContinuousClock.now
        var isAnswering = true
        var others: Int64 = 1
        var twins: Set<Int64> = []
        while !isEnding.load(ordering: .relaxed) || wrote.load(ordering: .relaxed) {
            do {
                let open = try connection ?? listening()
                connection = open
                let pending = wrote.load(ordering: .relaxed)
                let since = told.duration(to: .now).wholeMilliseconds
                if pending, others > 0, since >= Self.rest || isEnding.load(ordering: .relaxed) {
                    wrote.store(false, ordering: .relaxed)
                    told = .now
                    try open.execute("NOTIFY \(Self.channel)")
                } else if pending, others == 0 {
                    wrote.store(false, ordering: .relaxed)
                }
                let look = try look(open)
                others = look.others
                known.withLock { $0.silent = look.silent }
                looked.yield(look)
                warn(of: look, &twins)
                isAnswering = true
                if isEnding.load(ordering: .relaxed) { continue }
                let pause = others > 0 ? Self.pauses.shared : Self.pauses.alone
                let waits = wrote.load(ordering: .relaxed) ? max(1, Self.rest - since) : pause
                _ = open.waitForNotification(milliseconds: Int32(clamping: waits), orReadable: bell.readable)
                bell.hush()
            } catch {
                connection = nil
                if isEnding.load(ordering: .relaxed) { break }
                if isAnswering {
                    let sentence = StoreError(postgres: error, address, logger).message
                    logger.warning("What other nodes do can't be read", metadata: ["error": "\(sentence)"])
                }
                isAnswering = false
                usleep(250_000)
            }
        }
        let waiting = ended.withLock { ended in
            ended.isOver = true
            return ended.waiting
        }
        waiting?.resume()
    }

    /// Says once of each node that it has this one's name: one that has given a sign of life since this one came, so that it is
    /// not this one's own former run.
    private func warn(of look: Look, _ known: inout Set<Int64>) {
        guard look.others > 0, begin.duration(to: .now).wholeMilliseconds > lease.signs.times.silence else { return }
        let nodes = queue.state.nodes
        guard let name = nodes.first(where: \.isOwn).flatMap(Self.sharedName) else { return }
        for twin in nodes where !twin.isOwn && Self.sharedName(twin) == name && !look.silent.contains(twin.number) {
            guard known.insert(twin.number).inserted else { continue }
            logger.warning(
                "Another node of this database is named \(name) as well, at \(twin.management); give each a --node of its own"
            )
        }
    }

    /// The name of a node that it shares with another one.
    private static func sharedName(_ node: StoreNode) -> String? {
        let number = " (\(node.number))"
        return node.name.hasSuffix(number) ? String(node.name.dropLast(number.count)) : nil
    }

    private func listening() throws -> Connection {
        let connection = try Connection(address, label: "nodes")
        try connection.execute("LISTEN \(Self.channel)")
        return connection
    }

    private static func numbers(_ text: String) -> Set<Int64> {
        Set(text.split(separator: " ").compactMap { Int64($0) })
    }

    private func look(_ connection: Connection) throws -> Look {
        let rows = try connection.run(
            """
            SELECT sequence, epoch, (SELECT coalesce(sum(commits), 0)::bigint FROM node_mark WHERE node <> $1),
                EXISTS (SELECT 1 FROM node WHERE \(SignsOfLife.isOtherDead)),
                (SELECT count(*) FROM node WHERE fence <> $1),
                (SELECT coalesce(string_agg(fence::text, ' '), '') FROM node
                    WHERE fence <> $1 AND seen <= clock_timestamp() - $7 * interval '1 millisecond') FROM turn
            """,
            lease.signs.values + [lease.signs.times.silence]
        )
        guard let row = rows.first else { throw NodeLease.Lost() }
        return Look(
            sequence: row[0],
            epoch: row[1],
            commits: row[2],
            isOneDead: row[3],
            others: row[4],
            silent: Self.numbers(row[5])
        )
    }
}
#endif
