import Domain
import EngineAPI
import Primitives
import Store
import Synchronization

/// Reads the stored instances once, and makes each known to receiver, dispatcher and event sources.
final class InstanceDirectory: Sendable {
    let registry: InstanceRegistry
    private let store: any InstanceStore & PollerStore & EventReader & DeliveryStore & ClockStore
    private let dispatcher: Dispatcher
    private let sessions: OrgSessions
    private let sources: SourceContext
    private let state: RunState
    private let loading = Mutex<Task<Void, any Error>?>(nil)

    init(
        registry: InstanceRegistry,
        store: any InstanceStore & PollerStore & EventReader & DeliveryStore & ClockStore,
        dispatcher: Dispatcher,
        sessions: OrgSessions,
        sources: SourceContext,
        state: RunState
    ) {
        self.registry = registry
        self.store = store
        self.dispatcher = dispatcher
        self.sessions = sessions
        self.sources = sources
        self.state = state
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
        guard let entry = registry.entry(id) else { throw ClientError(.notFound, "There is no instance \(id).") }
        return entry
    }

    private func read() async throws {
        try await store.settleDue(now: sources.clock.now)
        for instance in try await store.instances() where registry.entry(instance.id) == nil {
            let records = try await store.pollerRecords(instance.id)
            await register(instance, records: records, hold: try await store.callbackHold(instance.id))
            // What the callback answered last is known, although this run has sent nothing yet.
            if let url = Route(instance)?.url,
                let attempt = try await store.lastAttempt(instance.id, url: url)
            {
                await dispatcher.recall(attempt, for: instance.id)
            }
        }
    }

    /// Makes a stored instance known; its sources rest until they are started.
    @discardableResult
    func register(
        _ instance: Instance,
        records: [PollerRecord],
        hold: CallbackHold? = nil
    ) async -> InstanceRegistry.Entry {
        let watched = WatchedInstance(instance, records: records)
        await watched.connect(sessions.make(for: watched))
        let entry = InstanceRegistry.Entry(
            watched: watched,
            sources: InstanceSources(watched, records: records, context: sources, registry: registry, state: state)
        )
        await dispatcher.set(Route(instance), for: instance.id, hold: hold)
        registry.add(entry)
        return entry
    }
}
