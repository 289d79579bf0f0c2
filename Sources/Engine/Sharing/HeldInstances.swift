import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Begins and ends the work for instances as this node comes to hold them, and brings what other nodes do to whoever has to
/// know: intake, dispatcher, dashboards.
///
/// The parts that do the work know nothing of other nodes. One that begins an instance finds it in the store as after a start
/// of the program; one that gives it back has stopped as at the end of the program, but for the one instance. Steps of one
/// instance come one after the other.
actor HeldInstances {
    private let sharing: any SharedStore
    private let store: any InstanceStore & ClockStore
    private let directory: InstanceDirectory
    private let dispatcher: Dispatcher
    private let replayJobs: ReplayJobs
    private let words: WordIndexing
    private let metrics: EngineMetrics
    private let notices: NoticeHub
    private let clock: any EngineClock
    private let logger: Logger
    /// The last step of each instance.
    private var steps: [InstanceID: Task<Void, Never>] = [:]
    private var isStopping = false
    /// When those who look were told last to look at all of it.
    private var postedAll: Timestamp?

    /// Milliseconds until a step that failed is tried again.
    private static let pause: Int64 = 1000
    /// Milliseconds between two times that those who look are told of what others wrote, whatever it was.
    private static let postsEvery: Int64 = 2000

    init(
        sharing: any SharedStore,
        store: any InstanceStore & ClockStore,
        directory: InstanceDirectory,
        dispatcher: Dispatcher,
        replayJobs: ReplayJobs,
        words: WordIndexing,
        metrics: EngineMetrics,
        notices: NoticeHub,
        clock: any EngineClock,
        logger: Logger
    ) {
        self.sharing = sharing
        self.store = store
        self.directory = directory
        self.dispatcher = dispatcher
        self.replayJobs = replayJobs
        self.words = words
        self.metrics = metrics
        self.notices = notices
        self.clock = clock
        self.logger = logger
    }

    /// Until it is cancelled.
    func run() async {
        let (turned, publisher) = AsyncStream.makeStream(of: InstanceID.self)
        let sharing = sharing
        dispatcher.holds.share({ publisher.yield($0) }, elsewhere: { sharing.callbacksHeldElsewhere })
        let holds = HoldPublisher(sharing: sharing, holds: dispatcher.holds, clock: clock, logger: logger)
        let publishing = Task { await holds.run(turned) }
        while !Task.isCancelled {
            do {
                let news = try await sharing.next()
                handle(news)
            } catch is CancellationError {
                break
            } catch {
                logger.warning("What other nodes do is not known", metadata: ["error": "\(error)"])
                try? await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.pause))
            }
        }
        publisher.finish()
        publishing.cancel()
    }

    /// Begins and releases nothing more.
    func stop() { isStopping = true }

    /// Returns when what was being begun or released is.
    func settle() async { for step in steps.values { await step.value } }

    private func handle(_ news: SharedNews) {
        for id in news.changed { step(id) { await self.refresh(id) } }
        if !news.acquired.isEmpty {
            let settling = Task { await self.settleDue() }
            for id in news.acquired { step(id) { await self.begin(id, after: settling) } }
        }
        for id in news.surplus { step(id) { await self.release(id) } }
        for id in news.heard {
            let watched = directory.registry.entry(id)?.watched
            watched?.heard(at: clock.now)
            watched?.acceptedWebhook(at: clock.due)
        }
        for (id, refusal) in news.refused { apply(refusal, to: id) }
        dispatcher.enqueue(news.ready)
        if news.isDue { Task { await dispatcher.lookAgain() } }
        if let stored = news.stored {
            notices.post(.stored(count: stored.count, lastSequence: stored.last))
            words.stored(stored.count)
        }
        if news.isWritten { notices.post(.deliveries([])) }
        if news.isShifted || news.isWritten && (postedAll.map { clock.due.since($0) >= Self.postsEvery } ?? true) {
            postedAll = clock.due
            notices.post(.instancesChanged)
        }
    }

    /// Another node refused a webhook: whoever asks for the state is answered here.
    private func apply(_ refusal: SharedRefusal, to id: InstanceID) {
        guard let sender = WebhookRefusals.Sender(rawValue: refusal.sender),
            let watched = directory.registry.entry(id)?.watched
        else { return }
        if watched.refusedWebhook(refusal.reason, by: sender, at: clock.due) { notices.post(.instance(id)) }
    }

    /// Does something behind all that is done for the instance already.
    private func step(_ id: InstanceID, _ work: @escaping @Sendable () async -> Void) {
        let before = steps[id]
        steps[id] = Task {
            await before?.value
            await work()
        }
    }

    // MARK: Steps

    private func refresh(_ id: InstanceID) async {
        await untilDone(id, "is not known as it was changed") {
            try await self.directory.refresh(id)
            if self.directory.registry.entry(id) == nil {
                await self.dispatcher.remove(id)
                self.metrics.remove(id)
            }
        }
        notices.post(.instancesChanged)
    }

    /// What another machine planned by its clock comes by the one that things are due by here. Tried until it is done: a retry
    /// that a clock an hour ahead has planned would wait for that hour, and all that stands behind it in its lanes.
    private func settleDue() async {
        while !isStopping, !Task.isCancelled {
            do { return try await store.settleDue(now: clock.due) } catch {
                logger.warning("Moments of retries stay as they were for now", metadata: ["error": "\(error)"])
                try? await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.pause))
            }
        }
    }

    private func begin(_ id: InstanceID, after settling: Task<Void, Never>) async {
        await settling.value
        await untilDone(id, "can't be begun") {
            guard self.sharing.isHeld(id) else { return }
            guard let entry = try await self.directory.activate(id) else { return }
            self.metrics.begin(id)
            await entry.sources.start()
            await self.replayJobs.start(of: id)
            self.logger.info("The work for an instance begins", metadata: ["instance": "\(id)"])
            self.notices.post(.instance(id))
        }
    }

    private func release(_ id: InstanceID) async {
        guard !isStopping, let entry = directory.registry.entry(id), entry.isHeld else { return }
        // A change of its settings or a deployment that is under way ends first.
        await entry.watched.editing.run {
            await entry.sources.apex.deploying.run {
                await replayJobs.stop(of: id)
                await entry.sources.stop()
                await dispatcher.drain(id)
                await directory.deactivate(entry)
            }
        }
        await untilDone(id, "can't be released") { try await self.sharing.release(id) }
        logger.info("The work for an instance goes on at another node", metadata: ["instance": "\(id)"])
        notices.post(.instance(id))
    }

    private func untilDone(_ id: InstanceID, _ fault: String, _ work: () async throws -> Void) async {
        while !isStopping, !Task.isCancelled {
            do { return try await work() } catch {
                logger.warning("An instance \(fault)", metadata: ["instance": "\(id)", "error": "\(error)"])
                try? await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.pause))
            }
        }
    }
}
