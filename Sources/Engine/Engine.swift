package import AsyncHTTPClient
import Domain
package import EngineAPI
package import Logging
package import Primitives
package import Salesforce
import ServiceLifecycle
package import Store
import Synchronization

/// Polls, takes webhooks in, delivers and replays. One for a data directory.
package final class Engine: EngineClient, Service {
    private enum Phase { case fresh, running, stopped }

    package let store: any EventStore
    package let options: EngineOptions
    package let clock: any EngineClock
    let context: EngineContext
    let courier: Courier
    let registry = InstanceRegistry()
    let keptConnections = KeptConnections()
    let authorizations: BrowserAuthorizations
    let apexDeployments = ApexDeployments()
    let replayJobs: ReplayJobs
    private let phase = Mutex(Phase.fresh)
    private let loading = Mutex<Task<Void, any Error>?>(nil)

    /// `httpClient` posts to callbacks: make it with `HTTPClient.Configuration.callbacks`, so that it follows no
    /// redirects. It stays the caller's to shut down.
    package init(
        store: any EventStore,
        connector: any OrgConnecting,
        httpClient: HTTPClient,
        options: EngineOptions = .init(),
        clock: any EngineClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.options = options
        self.clock = clock
        authorizations = BrowserAuthorizations(clock: clock)
        let notices = NoticeBoard()
        let watchdog = Watchdog(clock: clock, notices: notices, logger: logger)
        courier = Courier(
            client: httpClient,
            timeout: options.callbackTimeout,
            userAgent: options.userAgent,
            clock: clock,
            logger: logger
        )
        let dispatcher = Dispatcher(
            store: store,
            courier: courier,
            options: options,
            clock: clock,
            notices: notices,
            watchdog: watchdog,
            logger: logger
        )
        replayJobs = ReplayJobs(store: store, dispatcher: dispatcher, clock: clock, notices: notices, logger: logger)
        context = EngineContext(
            pollers: store,
            connector: connector,
            options: options,
            clock: clock,
            notices: notices,
            watchdog: watchdog,
            dispatcher: dispatcher,
            intake: Intake(store: store, dispatcher: dispatcher, notices: notices, clock: clock),
            logger: logger
        )
    }

    package func notices() -> AsyncStream<EngineNotice> { context.notices.subscribe() }

    var isRunning: Bool { phase.withLock { $0 == .running } }

    /// Whether it polls and delivers now.
    package var isReady: Bool { isRunning }

    /// Polls and delivers until it is cancelled or shut down; then what is under way gets its time, is torn after that, and
    /// this returns whatever hangs.
    package func run() async throws {
        try await load()
        phase.withLock { $0 = .running }
        context.notices.post(.instancesChanged)
        let (signal, stop) = AsyncStream<Void>.makeStream()
        let dispatcher = context.dispatcher
        let authorizations = authorizations
        let watchdog = context.watchdog
        await withTaskCancellationOrGracefulShutdownHandler {
            // No children of this task: they must not be waited for without an end.
            let delivering = Task { await dispatcher.run() }
            let watching = Task { await watchdog.run() }
            for entry in registry.all { await entry.poller.start() }
            await replayJobs.start { [self] id in try await replay(eventID: id, options: .init(), isBulk: true) }
            for await _ in signal {}
            phase.withLock { $0 = .stopped }
            await end(delivering, watching)
        } onCancelOrGracefulShutdown: {
            watchdog.stop()
            dispatcher.stop()
            authorizations.close()
            stop.finish()
        }
        context.notices.close()
    }

    /// Callbacks, polls and bulk replays end side by side, so that their times don't add up.
    private func end(_ delivering: Task<Void, Never>, _ watching: Task<Void, Never>) async {
        let (clock, courier, logger) = (clock, courier, context.logger)
        let tear = clock.due.advanced(byMilliseconds: Limit.attemptsAtEnd.milliseconds)
        let (replayJobs, steps) = (replayJobs, context.dispatcher.steps)
        var works = [
            LastWait.Work("callbacks") {
                await delivering.value
                await steps.note()
            },
            LastWait.Work("bulk replays") { await replayJobs.stop() },
            LastWait.Work("the watchdog") { await watching.value },
        ]
        for entry in registry.all {
            works.append(LastWait.Work("instance \(entry.instance.id)") { await entry.poller.stop() })
        }
        let left = await LastWait.untilEnd(of: works) {
            do {
                try await clock.sleep(until: tear)
                let torn = courier.flights.end()
                if torn > 0 {
                    logger.notice("Callbacks did not answer in time; they are asked again by the next start: \(torn)")
                }
                try await clock.sleep(until: tear.advanced(byMilliseconds: Limit.outcomesAtEnd.milliseconds))
            } catch {
                // All has ended, and nobody waits for this any more.
            }
        }
        if !left.isEmpty {
            logger.warning("Not waited for any longer; the next start goes on with it: \(left.joined(separator: ", "))")
        }
    }

    /// Reads the instances once, whoever asks first.
    func load() async throws {
        guard phase.withLock({ $0 != .stopped }) else {
            throw ClientError(.unavailable, "Signalbox is shutting down.")
        }
        let task = loading.withLock { loading -> Task<Void, any Error> in
            if let loading { return loading }
            let task = Task { try await self.readInstances() }
            loading = task
            return task
        }
        do { try await task.value } catch {
            // Another may have begun it anew by now: only what failed is forgotten.
            loading.withLock { if $0 == task { $0 = nil } }
            throw error
        }
    }

    private func readInstances() async throws {
        try await store.settleDue(now: clock.now)
        for instance in try await store.instances() where registry.entry(instance.id) == nil {
            let records = try await store.pollerRecords(instance.id)
            await register(instance, records: records, hold: try await store.callbackHold(instance.id))
            // What the callback answered last is known, although this run has sent nothing yet.
            if let url = Route(instance.configuration)?.url,
                let attempt = try await store.lastAttempt(instance.id, url: url)
            {
                await context.dispatcher.recall(attempt, for: instance.id)
            }
        }
    }

    /// Makes a stored instance known to receiver, dispatcher and scheduler.
    @discardableResult
    func register(
        _ instance: Instance,
        records: [PollerRecord],
        hold: CallbackHold? = nil
    ) async -> InstanceRegistry.Entry {
        let gate = SerialGate()
        let session = session(for: instance, gate: gate)
        let poller = Poller(instance, session: session, records: records, context: context)
        let entry = InstanceRegistry.Entry(instance: instance, poller: poller, gate: gate)
        await context.dispatcher.set(Route(instance.configuration), for: instance.id, hold: hold)
        registry.add(entry)
        return entry
    }

    /// A session that stores every new token before it is used; through the gate, so that no change undoes it.
    func session(for instance: Instance, gate: SerialGate) -> any OrgSession {
        guard let connection = instance.connection else { return DisconnectedSession() }
        if let issue = passwordIssue(instance.configuration) { return DisconnectedSession(issue.message) }
        let last = Mutex(connection.accessToken)
        return context.connector.session(connection, configuration: instance.configuration) {
            [registry, store, id = instance.id] connection in
            try await gate.run {
                guard var instance = registry.entry(id)?.instance,
                    // A session that was replaced by connecting anew must not bring its own token back.
                    instance.connection?.accessToken == last.withLock({ $0 })
                else { return }
                instance.connection = connection
                try await store.updateInstance(instance)
                registry.replace(instance)
                last.withLock { $0 = connection.accessToken }
            }
        }
    }
}
