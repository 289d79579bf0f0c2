#if PostgreSQL
import Domain
import Logging
import Primitives
package import Store

extension PostgresStore {
    package var sharing: (any SharedStore)? { watch.map { SharedDatabase(store: self, watch: $0) } }
}

/// A database that other nodes share.
struct SharedDatabase: SharedStore {
    let store: PostgresStore
    let watch: NodeWatch

    /// Notifications that are named one by one.
    private static let named = 4096

    private var node: Int64 { store.lease.fence }
    private var state: WriterState { store.queue.state }

    func isHeld(_ id: InstanceID) -> Bool { store.isHeld(id) }

    func holder(of id: InstanceID) -> StoreNode? {
        let state = state
        guard let holder = state.leases[id] else { return nil }
        return state.nodes.first { $0.number == holder }
    }

    var nodes: [StoreNode] { state.nodes }

    func instances(of node: Int64) -> [InstanceID] { state.leases.all(of: node).sorted() }

    func isSilent(_ node: Int64) -> Bool { watch.withKnown { $0.silent.contains(node) } }

    func signsOfLife() async throws -> [Int64: Int64] {
        let rows = try await store.read { connection in
            try connection.run(
                "SELECT fence, (extract(epoch FROM clock_timestamp() - seen) * 1000)::bigint FROM node"
            ).map { row -> (Int64, Int64) in (row[0], row[1]) }
        }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    var callbacksHeldElsewhere: Set<InstanceID> {
        let state = state
        return state.heldCallbacks.filter { state.leases[$0] != node }
    }

    func release(_ id: InstanceID) async throws {
        watch.withKnown { known in
            known.held.remove(id)
            known.surplus.remove(id)
        }
        store.fresh.withLock { $0.removeAll(of: id) }
        try await store.queue.perform { transaction in try transaction.release(id) }
        watch.ring()
    }

    func catchUp() async throws -> Bool {
        let epoch = state.epoch
        let now = try await store.read { try $0.run("SELECT epoch FROM turn").number } ?? epoch
        guard now != epoch else { return false }
        try await store.queue.refresh()
        return true
    }

    func announce(management: String, receiver: String) async throws {
        try await store.queue.perform { transaction in
            try transaction.run(
                "UPDATE node SET address = $1, receiver = $2 WHERE fence = $3",
                [management, receiver, transaction.node]
            )
            transaction.note(.nodes)
            try transaction.reload()
        }
    }

    func publish(isCallbackHeld: Bool, of id: InstanceID) async throws {
        try await store.queue.perform { transaction in
            try transaction.requireHeld(id)
            try transaction.run(
                "UPDATE lease SET held = $1 WHERE instance = $2 AND node = $3",
                [isCallbackHeld, id, transaction.node]
            )
            transaction.note(.callbackHold, id)
        }
    }

    func publish(_ refusal: SharedRefusal, of id: InstanceID) async throws {
        try await store.queue.perform { transaction in
            try transaction.run(
                "UPDATE lease SET refused_sender = $1, refused_reason = $2 WHERE instance = $3",
                [refusal.sender, refusal.reason, id]
            )
            transaction.note(.refusal, id)
        }
    }

    // MARK: News

    func next() async throws -> SharedNews {
        if !watch.withKnown({ $0.hasBegun }) {
            watch.withKnown { $0.hasBegun = true }
            let news = try await news(nil)
            if !news.isEmpty { return news }
        }
        while let look = await watch.nextLook() {
            try Task.checkCancellation()
            let news = try await news(look)
            if !news.isEmpty { return news }
        }
        throw CancellationError()
    }

    private func news(_ look: NodeWatch.Look?) async throws -> SharedNews {
        let (lease, node) = (store.lease, node)
        if let look, look.epoch != state.epoch { try await store.queue.refresh() }
        var state = state
        if look?.isOneDead == true || !state.leases.available(of: node, among: state.nodes.map(\.number)).isEmpty {
            let dead = try await store.queue.perform { transaction in
                try transaction.settleLeases(by: lease.signs)
            }
            if !dead.isEmpty {
                // It may have been deleting an instance.
                Task(priority: .background) { [store] in await store.endDeliveriesOfGone() }
                let seconds = store.times.lasts / 1000
                store.logger.notice("No sign of life for \(seconds) s: \(dead.joined(separator: ", "))")
            }
            state = self.state
        }
        let held = state.leases.all(of: node)
        // What may fail comes first, as all that is taken from here on is told once.
        let written = try await written(look, held)
        var news = SharedNews()
        var refused: Set<InstanceID> = []
        for change in store.queue.takeFound() {
            switch change.kind {
            case .instance: news.changed.insert(change.reference)
            case .due: news.isDue = true
            case .callbackHold: news.isWritten = true
            case .refusal: if held.contains(change.reference) { refused.insert(change.reference) }
            case .nodes, .lease: news.isShifted = true
            case .key: store.logger.notice("The key of the database was changed; this node goes on with the new one")
            case .sharedFile: store.fileChange.withLock { $0 }?()
            case .object, .sender: break
            }
        }
        // As it stands now: what was found may be newer than what was read above.
        if !refused.isEmpty { news.refused = self.state.refusals.filter { refused.contains($0.key) } }
        let surplus = state.leases.surplus(of: node, among: state.nodes.map(\.number))
        let nodes = state.nodes
        watch.withKnown { known in
            news.acquired = held.subtracting(known.held).sorted()
            known.held = held
            known.surplus.formIntersection(held)
            // What it has for longest goes first: what was just made stays where it was made.
            let more = held.subtracting(known.surplus).sorted().prefix(max(0, surplus - known.surplus.count))
            known.surplus.formUnion(more)
            news.surplus = Array(more)
            if known.nodes != nodes { news.isShifted = true }
            known.nodes = nodes
            known.sequence = max(known.sequence, look?.sequence ?? 0)
            known.commits = look?.commits ?? known.commits
        }
        guard let written else { return news }
        news.isWritten = true
        news.stored = written.stored
        news.ready = written.deliveries.filter { $0.state == DeliveryState.queued.code }.map(\.id)
        news.heard = Set(written.deliveries.map(\.instance))
        if written.deliveries.count == Self.named { news.isDue = true }
        return news
    }

    /// What others committed since the last look that was told of.
    private struct Written: Sendable {
        var stored: SharedNews.Stored?
        var deliveries: [(id: Int64, instance: InstanceID, state: Int64)] = []
    }

    /// Nil where nobody committed anything. Of the deliveries those of what this node holds.
    private func written(_ look: NodeWatch.Look?, _ held: Set<InstanceID>) async throws -> Written? {
        let (before, commits) = watch.withKnown { ($0.sequence, $0.commits) }
        guard let look, look.commits != commits else { return nil }
        guard look.sequence > before else { return Written() }
        let deliveries = try await store.read { connection in
            try connection.run(
                """
                SELECT id, instance, state FROM delivery WHERE id >= $1 AND id < $2 AND instance = ANY ($3)
                ORDER BY id LIMIT $4
                """,
                [before, look.sequence, Column(held), Self.named]
            ).map { row -> (id: Int64, instance: InstanceID, state: Int64) in (row[0], row[1], row[2]) }
        }
        let stored = SharedNews.Stored(count: Int(clamping: look.sequence - before), last: look.sequence - 1)
        return Written(stored: stored, deliveries: deliveries)
    }
}
#endif
