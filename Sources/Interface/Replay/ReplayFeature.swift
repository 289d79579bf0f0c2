import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionID {
    static let replayMany = ActionID("replay-many")
    static let replayJobs = ActionID("replay-jobs")
}

/// Bulk replays: the dialog that begins one, the list of them, and how far they are.
struct ReplayFeature: Feature {
    static let actions: [Action] =
        [
            Action(
                .replayMany,
                [.character("B")],
                "Replay many events, by a filter",
                hint: "replay many",
                in: [.events, .detail, .replayJobs]
            ),
            Action(
                .replayJobs,
                [.character("J")],
                "Show the bulk replays; pause or cancel them",
                hint: "bulk replays",
                in: [.everywhere, .replayJobs],
                onlyShows: true
            ),
        ] + ReplayJobList.actions + ReplayDialog.actions + ReplayTarget.actions

    private(set) var load = ReplayJobsLoad()
    private var tokens = WindowTokens()
    private(set) var urls = URLMemory()
    /// Marked events on their way to another URL.
    var elsewhere: ReplaysElsewhere?
    var reading: Reading?
    var lastReading = 0

    func publish(to context: inout DashboardContext) { context.replays = load }

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .replayJobs: return context.instance == nil ? context.noInstance : nil
        case .replay where Self.replaysMarked(context):
            return obstacle(to: .replayMany, context)
        case .replayElsewhere: return elsewhereObstacle(context)
        case .replayMany:
            guard let instance = context.instance else { return context.noInstance }
            if let several = context.severalShown { return several }
            return instance.configuration.callbackURL.isEmpty
                ? "This instance has no callback URL to replay to; fill it in and apply." : nil
        default: return nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .replay where Self.replaysMarked(context):
            guard let current = context.instances.current else { break }
            // Where they are not counted, the dialog counts them.
            if !askToReplayMarked(current, context, &effects) { openMarked(current, context, &effects) }
        case .replayMany where Self.replaysMarked(context):
            if let current = context.instances.current { openMarked(current, context, &effects) }
        case .replayElsewhere: openElsewhere(context, &effects)
        case .replayMany:
            guard let current = context.instances.current else { break }
            openDialog(current, filter: Self.likelyFilter(context), context, &effects)
        case .replayJobs:
            load.invalidate()
            effects.open(ReplayJobList(selected: load.open.first?.id))
        default: return false
        }
        return true
    }

    /// False where it is not known how many they are.
    private mutating func askToReplayMarked(
        _ instance: InstanceID,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) -> Bool {
        guard let count = context.marked.count(shown: context.shownTotal) else { return false }
        effects.askToReplay(
            count,
            called: "marked event",
            of: instance,
            context.marked.filter,
            rate: ReplayJob.defaultRate,
            request: tokens.next(),
            context
        )
        return true
    }

    /// The dialog with the marked events. A field would cut the filter of very many, and then find others.
    private mutating func openMarked(
        _ instance: InstanceID,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let words = context.marked.filter.whole.description
        if words.count < TextField.limit { return openDialog(instance, filter: words, context, &effects) }
        guard askToReplayMarked(instance, context, &effects) else {
            return effects.say(
                .warning,
                "Too many marks were taken one by one; filter the list, then mark all it shows."
            )
        }
    }

    private mutating func openDialog(
        _ instance: InstanceID,
        filter: String,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        effects.open(
            ReplayDialog(instance, filter: filter, known: context.filterWords, after: tokens.next())
        )
    }

    /// In the list, the marked events are what a replay is about; in the detail, the open one.
    static func replaysMarked(_ context: DashboardContext) -> Bool {
        context.focus == .events && !context.marked.isEmpty
    }

    /// The record that is being looked at, else what the list shows, else what is undelivered: never what arrived.
    private static func likelyFilter(_ context: DashboardContext) -> String {
        if context.focus == .detail, let event = context.subject { return "id:\(event.recordID)" }
        if !context.eventFilter.isEmpty { return context.eventFilter }
        let states = context.totals?.byState ?? [:]
        let stuck = [DeliveryState.held, .retrying].filter { (states[$0] ?? 0) > 0 }.map(\.rawValue)
        let isStuckAlone = !stuck.isEmpty && (context.totals?.dead ?? 0) == 0
        return isStuckAlone ? "state:\(stuck.joined(separator: ","))" : "state:dead -replay:succeeded"
    }

    /// The engine's bulk replays go on without a dashboard; what this one sends by itself does not.
    func unsavedWork(_ context: DashboardContext) -> UnsavedWork? {
        if let reading { return UnsavedWork(onQuitting: "The marked events will not be sent to \(reading.url).") }
        guard let elsewhere, elsewhere.unsent > 0 else { return nil }
        let rest = Words.count(elsewhere.unsent, "marked event")
        return UnsavedWork(onQuitting: "\(rest) will not be sent to \(elsewhere.url) any more.")
    }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) { load.reset() }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard context.instances.list != nil, let current = context.instances.current else { return [] }
        return [load.nextLoad(current, at: context.due), readingLoad()].compactMap { $0 }
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        context.instances.current == nil ? nil : load.nextDeadline
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let used as URLUsed:
            urls.record(used.url)
            effects.remember(urls)
        case let asked as BulkReplayAsked: openDialog(asked.instance, filter: asked.filter, context, &effects)
        case let wanted as MarkedReplayWanted: begin(wanted, context)
        case is ReplaysElsewhereStopped: elsewhere?.stop()
        case is NodeReturned: load.restart()
        default: break
        }
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .start: urls = context.memory[URLMemory.self]
        case .notice(.instance(let id)): if id == context.instances.current { load.invalidate() }
        case .notice(.instancesChanged): load.invalidate()
        case .replays(let token, let result):
            for job in load.accept(token: token, result, at: context.due) { report(ended: job, context, &effects) }
        case .marks(let token, let result): accept(marks: token, result, &effects)
        case .replayed(let sequence, let result): accept(replayed: sequence, result)
        case .engineStopped: (elsewhere, reading) = (nil, nil)
        case .replaysCreated(_, let result): accept(created: result, context, &effects)
        case .replayChanged(let result): accept(changed: result, context, &effects)
        default: break
        }
    }

    private mutating func accept(
        created result: Result<ReplayJob, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        load.invalidate()
        switch result {
        case .success(let job):
            effects.settle(.bulkReplay)
            if job.instanceID == context.instances.current, let ended = load.begin(job) {
                return report(ended: ended, context, &effects)
            }
            let host = context.instances.callbackHost(of: job.instanceID)
            let key = context.table.keyName(.replayJobs, context.glyphs)
            let shows = key.map { "; \($0.string) shows how it goes" } ?? ""
            let wait = context.callbackHold(job.instanceID).map { ": they wait for the callback (\($0))" } ?? ""
            effects.say(.info, "Replaying \(Words.count(job.total, "event")) to \(host)\(wait)\(shows).")
        case .failure(let failure):
            if !context.isShownByOverlay {
                effects.say(.failure, "No bulk replay was begun: \(failure.sentence)", on: .bulkReplay)
            }
        }
    }

    private mutating func accept(
        changed result: Result<ReplayJob, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        load.invalidate()
        switch result {
        case .success(let job):
            effects.settle(.changingReplays)
            if load.update(job, at: context.due) { report(ended: job, context, &effects) }
        case .failure(let failure): effects.say(.failure, failure.sentence, on: .changingReplays)
        }
    }

    /// How a bulk replay went; failures stay on the screen until they are dismissed.
    private func report(ended job: ReplayJob, _ context: DashboardContext, _ effects: inout Effects) {
        let host = context.instances.callbackHost(of: job.instanceID)
        let why = job.lastError.map { " The last one: \($0)." } ?? ""
        switch job.state {
        case .cancelled:
            effects.say(
                .info,
                "Bulk replay \(job.id) was cancelled after \(job.done.grouped) of \(Words.count(job.total, "event")); what is "
                    + "under way still ends."
            )
        case .completed where job.failed == 0:
            effects.say(
                .success,
                "Replayed \(Words.count(job.succeeded, "event")) to \(host); \(job.succeeded == 1 ? "it was" : "all were") taken."
            )
        case .completed:
            effects.say(
                .failure,
                "Replayed \(Words.count(job.done, "event")) to \(host): \(job.failed.grouped) failed.\(why)"
            )
        case .running, .paused: break
        }
    }
}

extension DashboardContext {
    /// What completion of a filter knows without the rows of the list.
    var filterWords: FilterOffers.Known {
        FilterOffers.Known(
            objects: (instance?.configuration.watchedObjects ?? []).sorted(),
            fields: (subject?.changedFieldNames ?? []).sorted(),
            // A bulk replay is of one instance.
            instances: []
        )
    }
}

/// Posted where the events of a filter are to be replayed, after a look at how many they are.
struct BulkReplayAsked: DashboardEvent {
    let instance: InstanceID
    let filter: String
}
