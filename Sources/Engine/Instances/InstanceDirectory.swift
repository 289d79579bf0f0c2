import Domain
import EngineAPI
import Primitives
import Store

/// Reads the stored instances once, and makes each known to receiver, dispatcher and event sources.
final class InstanceDirectory: Sendable {
    let registry: InstanceRegistry
    private let store: any InstanceStore & PollerStore & EventReader & DeliveryStore & ClockStore
    private let dispatcher: Dispatcher
    private let sessions: OrgSessions
    private let sources: SourceContext
    private let state: RunState
    /// Nil where this process has the store to itself.
    private let sharing: (any SharedStore)?
    /// One instance at a time is made known or forgotten.
    private let registering = SerialGate()
    private let loading = Locked<Task<Void, any Error>?>(nil)

    init(
        registry: InstanceRegistry,
        store: any InstanceStore & PollerStore & EventReader & DeliveryStore & ClockStore,
        dispatcher: Dispatcher,
        sessions: OrgSessions,
        sources: SourceContext,
        state: RunState,
        sharing: (any SharedStore)? = nil
    ) {
        self.registry = registry
        self.store = store
        self.dispatcher = dispatcher
        self.sessions = sessions
        self.sources = sources
        self.state = state
        self.sharing = sharing
    }

    /// Reads the instances once, whoever asks first.
    func load() async throws {
        guard !state.isStopped else { throw ClientError(.unavailable, "Signalbox is shutting down.") }
        let task = loading.withLock { loading -> Task<Void, any Error> in
            if let loading { return loading }
            let task = Task { try await self.read() }
            loading = task
            return task
        }
        do { try await task.value } catch {
            // Another may have begun it anew by now: only what failed is forgotten.
            loading.withLock { if $0 == task { $0 = nil } }
            throw error
        }
    }

    /// - Throws: `ClientError` (`notFound`).
    func entry(_ id: InstanceID) async throws -> InstanceRegistry.Entry {
        try await load()
        if let entry = registry.entry(id) { return entry }
        try await catchUp()
        guard let entry = registry.entry(id) else { throw ClientError(.notFound, "There is no instance \(id).") }
        return entry
    }

    /// An instance that was deleted is known by its events, which stay.
    ///
    /// - Throws: `ClientError` (`notFound`).
    func requirePast(of id: InstanceID) async throws {
        do { _ = try await entry(id) } catch let error as ClientError where error.kind == .notFound {
            guard try await hasEvents(of: id) else { throw error }
        }
    }

    func hasEvents(of id: InstanceID) async throws -> Bool { try await store.events(.newest(of: id)).first != nil }

    /// The instance that a receiver address belongs to. No disk is read for one that is known.
    func entry(receiverToken token: String) async throws -> InstanceRegistry.Entry? {
        try await load()
        if let entry = registry.entry(receiverToken: token) { return entry }
        try await catchUp()
        return registry.entry(receiverToken: token)
    }

    private func read() async throws {
        try await store.settleDue(now: sources.clock.now)
        for instance in try await store.instances() where registry.entry(instance.id) == nil {
            if sharing == nil { try await activate(instance.id) } else { try await refresh(instance.id) }
        }
    }

    /// Makes known what other nodes have made since the last news.
    private func catchUp() async throws {
        guard let sharing, try await sharing.catchUp() else { return }
        for instance in try await store.instances() where registry.entry(instance.id) == nil {
            try await refresh(instance.id)
        }
    }

    // MARK: Held here

    /// Makes a stored instance known whose work is done here, unless it is already; its sources rest until they are started.
    /// Nil where it is gone.
    @discardableResult
    func activate(_ id: InstanceID) async throws -> InstanceRegistry.Entry? {
        try await registering.run { () -> InstanceRegistry.Entry? in
            if let entry = registry.entry(id), entry.isHeld { return entry }
            guard let instance = try await store.instance(id) else { return nil }
            let records = try await store.pollerRecords(id)
            let hold = try await store.callbackHold(id)
            let watched = registry.entry(id)?.watched ?? WatchedInstance(instance, records: records)
            let entry = await watched.gate.run {
                watched.renew(instance, records: records)
                await watched.connect(sessions.make(for: watched))
                let entry = make(watched, records, isHeld: true)
                // Whatever a call set a moment before gives way to what is stored.
                await dispatcher.remove(id)
                await dispatcher.set(CallbackRoute(instance), for: id, hold: hold)
                registry.add(entry)
                return entry
            }
            // What the callback answered last is known, although this run has sent nothing yet.
            if let url = CallbackRoute(instance)?.url, let attempt = try await store.lastAttempt(id, url: url) {
                await dispatcher.recall(attempt, for: id)
            }
            return entry
        }
    }

    // MARK: Held by another node

    /// Makes a stored instance known, as it is stored now, whose work is done elsewhere, or forgets it where it is gone.
    func refresh(_ id: InstanceID) async throws {
        try await registering.run {
            if let entry = registry.entry(id), entry.isHeld { return }
            guard let instance = try await store.instance(id) else {
                registry.entry(id)?.watched.remove()
                return registry.remove(id)
            }
            let records = try await store.pollerRecords(id)
            if let watched = registry.entry(id)?.watched {
                await watched.gate.run { watched.renew(instance, records: records) }
            } else {
                let watched = WatchedInstance(instance, records: records)
                await watched.connect(Self.elsewhere)
                registry.add(make(watched, records, isHeld: false))
            }
        }
    }

    /// The work for an instance has ended here, and is another node's from now on.
    func deactivate(_ entry: InstanceRegistry.Entry) async {
        await registering.run {
            await entry.watched.gate.run { await entry.watched.connect(Self.elsewhere) }
            guard registry.entry(entry.id) != nil else { return }
            registry.add(make(entry.watched, [], isHeld: false))
        }
    }

    /// Its token is its holder's alone: two that renew it would revoke each other's.
    private static let elsewhere = DisconnectedSession("Another node works for this instance; ask again.")

    private func make(
        _ watched: WatchedInstance,
        _ records: [PollerRecord],
        isHeld: Bool
    ) -> InstanceRegistry.Entry {
        InstanceRegistry.Entry(
            watched: watched,
            sources: InstanceSources(watched, records: records, context: sources, registry: registry, state: state),
            isHeld: isHeld
        )
    }
}
