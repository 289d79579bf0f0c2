package import Callbacks
import Domain
import EngineAPI
package import Logging
package import Primitives
package import Salesforce
import ServiceLifecycle
package import Store

/// Watches orgs, delivers and replays: the parts of the engine put together, and the service that runs them. One for a
/// data directory. What clients may ask of it stands in `Engine+Client`, each call with the part that answers it.
package final class Engine: Service {
    package let store: any EventStore
    package let clock: any EngineClock
    /// As whom it is known among others.
    package let node: String?
    private let logger: Logger
    let state = RunState()
    let hub = NoticeHub()
    let metrics: EngineMetrics
    let audit: AuditTrail
    let watchdog: Watchdog
    let courier: Courier
    let dispatcher: Dispatcher
    let directory: InstanceDirectory
    let access: OrgAccess
    let overviews: InstanceOverviews
    let lifecycle: InstanceLifecycle
    let receiver: Receiver
    let receiverSecrets: ReceiverSecrets
    let history: EventHistory
    let words: WordIndexing
    let disk: DiskGuard
    let writes: WriteWatch
    let housekeeping: HouseKeeping
    let integrity: IntegrityCheck
    let manualHolds: ManualHolds
    let callbackTest: CallbackTest
    let replayer: Replayer
    let replayJobs: ReplayJobs
    let bulkReplays: BulkReplays
    /// Nil where this process has the store to itself.
    let held: HeldInstances?

    /// `callbacks` posts; it is closed when the engine has run.
    package init(
        store: any EventStore,
        connector: any OrgConnecting,
        callbacks: CallbackClient = CallbackClient(limits: .engine),
        options: EngineOptions = .init(),
        clock: any EngineClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        metrics = EngineMetrics(options.metrics)
        node = options.node
        let audit = AuditTrail(
            store: store,
            node: options.node,
            clock: clock,
            logger: logger
        )
        self.audit = audit
        watchdog = Watchdog(clock: clock, notices: hub, logger: logger)
        let traces = options.tracer.map { EventTraces($0) }
        courier = Courier(
            client: callbacks,
            timeout: options.callbackTimeout,
            userAgent: options.userAgent,
            clock: clock,
            logger: logger,
            traces: traces
        )
        dispatcher = Dispatcher(
            store: store,
            courier: courier,
            options: options,
            clock: clock,
            notices: hub,
            watchdog: watchdog,
            metrics: metrics,
            logger: logger
        )
        access = OrgAccess(
            connector: connector,
            options: options,
            clock: clock,
            watchdog: watchdog,
            logger: logger
        )
        words = WordIndexing(store: store, notices: hub, logger: logger)
        disk = DiskGuard(minimum: options.freeSpace, clock: clock, notices: hub, logger: logger) {
            await store.freeBytes()
        }
        writes = WriteWatch(store: store, disk: disk, clock: clock, notices: hub, logger: logger)
        housekeeping = HouseKeeping(
            store: store,
            policy: options.retention,
            clock: clock,
            notices: hub,
            otherClocks: courier.otherClocks,
            writeDown: { await audit.append(.purgeEvents, nil, $0, failure: nil) },
            logger: logger
        )
        integrity = IntegrityCheck(store: store, clock: clock, notices: hub, logger: logger)
        let sessions = OrgSessions(access: access, store: store)
        let sharing = store.sharing
        directory = InstanceDirectory(
            registry: InstanceRegistry(),
            store: store,
            dispatcher: dispatcher,
            sessions: sessions,
            sources: SourceContext(
                intake: Intake(
                    store: store,
                    dispatcher: dispatcher,
                    notices: hub,
                    words: words,
                    metrics: metrics,
                    disk: disk,
                    writes: writes,
                    traces: traces,
                    isHeld: { sharing?.isHeld($0) ?? true }
                ),
                store: store,
                options: options,
                clock: clock,
                steps: dispatcher.steps,
                notices: hub,
                watchdog: watchdog,
                metrics: metrics,
                disk: disk,
                otherClocks: courier.otherClocks,
                audit: audit,
                logger: logger
            ),
            state: state,
            sharing: sharing
        )
        overviews = InstanceOverviews(
            store: store,
            dispatcher: dispatcher,
            watchdog: watchdog,
            disk: disk,
            writes: writes,
            integrity: integrity,
            clock: clock,
            options: options
        )
        replayJobs = ReplayJobs(
            store: store,
            dispatcher: dispatcher,
            clock: clock,
            notices: hub,
            watchdog: watchdog,
            logger: logger
        )
        lifecycle = InstanceLifecycle(
            store: store,
            directory: directory,
            access: access,
            sessions: sessions,
            overviews: overviews,
            dispatcher: dispatcher,
            replayJobs: replayJobs,
            notices: hub,
            clock: clock,
            patience: options.firstPollPatience,
            state: state,
            metrics: metrics,
            logger: logger
        )
        receiver = Receiver(directory: directory, clock: clock, notices: hub, sharing: sharing, logger: logger)
        receiverSecrets = ReceiverSecrets(
            store: store,
            directory: directory,
            clock: clock,
            notices: hub,
            logger: logger
        )
        history = EventHistory(
            store: store,
            holds: dispatcher.holds,
            sending: dispatcher.sendingTimes,
            clock: clock
        )
        manualHolds = ManualHolds(directory: directory, dispatcher: dispatcher, state: state)
        callbackTest = CallbackTest(directory: directory, courier: courier, clock: clock)
        replayer = Replayer(
            store: store,
            directory: directory,
            events: history,
            dispatcher: dispatcher,
            courier: courier,
            state: state,
            metrics: metrics
        )
        bulkReplays = BulkReplays(
            store: store,
            directory: directory,
            events: history,
            jobs: replayJobs,
            clock: clock
        )
        if let own = sharing?.nodes.first(where: \.isOwn) { access.authorizations.sign(as: ".\(own.number)") }
        held = sharing.map { [store, directory, dispatcher, replayJobs, words, metrics, hub] sharing in
            HeldInstances(
                sharing: sharing,
                store: store,
                directory: directory,
                dispatcher: dispatcher,
                replayJobs: replayJobs,
                words: words,
                metrics: metrics,
                notices: hub,
                clock: clock,
                logger: logger
            )
        }
    }

    /// Polls and delivers until it is cancelled or shut down; then what is under way gets its time, is torn after that, and
    /// this returns whatever hangs.
    package func run() async throws {
        try await directory.load()
        state.begin()
        hub.post(.instancesChanged)
        let (signal, stop) = AsyncStream<Void>.makeStream()
        let (dispatcher, watchdog, authorizations, words) = (dispatcher, watchdog, access.authorizations, words)
        let (disk, writes, housekeeping, integrity) = (disk, writes, housekeeping, integrity)
        await withTaskCancellationOrGracefulShutdownHandler {
            // No children of this task: they must not be waited for without an end.
            let delivering = Task { await dispatcher.run() }
            let watching = Task { await watchdog.run() }
            let guarding = Task { await disk.run() }
            let trying = Task { await writes.run() }
            let indexing = Task(priority: .background) { await words.run() }
            let keeping = Task(priority: .background) { await housekeeping.run() }
            let checking = Task(priority: .background) { await integrity.run() }
            await replayJobs.begin { [replayer] id in
                try await replayer.replay(eventID: id, options: .init(), isBulk: true)
            }
            let holding = held.map { held in Task { await held.run() } }
            if held == nil { await beginAll() }
            for await _ in signal {}
            state.end()
            holding?.cancel()
            await held?.stop()
            for task in [guarding, trying, indexing, keeping, checking] { task.cancel() }
            await end(
                delivering,
                LastWait.Work("the watchdog") { await watching.value },
                LastWait.Work("the look at the disk") { await guarding.value },
                LastWait.Work("the try of a write") { await trying.value },
                LastWait.Work("the index of words") { await indexing.value },
                LastWait.Work("house-keeping") { await keeping.value },
                LastWait.Work("the check of the database") { await checking.value }
            )
        } onCancelOrGracefulShutdown: {
            watchdog.stop()
            dispatcher.stop()
            authorizations.close()
            stop.finish()
        }
        courier.client.close()
        hub.close()
    }

    /// Begins the work for every instance: nobody else does any of it.
    private func beginAll() async {
        for entry in directory.registry.all {
            metrics.begin(entry.id)
            await entry.sources.start()
        }
        await replayJobs.start(of: nil)
    }

    /// Callbacks, event sources and bulk replays end side by side, so that their times don't add up.
    private func end(_ delivering: Task<Void, Never>, _ others: LastWait.Work...) async {
        let (clock, courier, logger) = (clock, courier, logger)
        let tear = clock.due.advanced(byMilliseconds: Limit.attemptsAtEnd.milliseconds)
        let (replayJobs, steps) = (replayJobs, dispatcher.steps)
        var works = [
            LastWait.Work("callbacks") {
                await delivering.value
                await steps.save()
            },
            LastWait.Work("bulk replays") { await replayJobs.stop() },
        ]
        works += others
        if let held { works.append(LastWait.Work("hand-overs") { await held.settle() }) }
        for entry in directory.registry.all {
            works.append(LastWait.Work("instance \(entry.id)") { await entry.sources.stop() })
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
}
