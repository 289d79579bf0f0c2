import Domain
import EngineAPI
import Primitives

/// The instances: which there are, how they are, and which one the screen is about.
struct InstancesFeature: Feature {
    private(set) var directory = InstanceListState()
    /// News of deliveries come many times a second; the overviews need not.
    private var pace = LoadPace(pause: 250, isStale: false)
    /// Whether the list that is being read may be older than what was saved since.
    private var awaitsOlder = false
    private var release: CallbackRelease?
    /// Instances whose backlogs were cancelled from here, which was said.
    var cancelled: Set<InstanceID> = []
    /// The instance that is kept for the next run.
    private var remembered: InstanceID?

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) {
        if instance == nil, let current = directory.current { directory.former = current }
        directory.current = instance?.id
    }

    func publish(to context: inout DashboardContext) { context.instances = directory }

    // MARK: Loading

    mutating func loads(_ context: DashboardContext) -> [Command] {
        pace.begin(at: context.due) ? [.loadInstances] : []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        [context.overdueDeadline, context.silenceDeadline, pace.nextDeadline].compactMap { $0 }.min()
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .start, .notice: pace.invalidate()
        case .engineStopped: directory.isEngineStopped = true
        case .node(let link):
            let loss = directory.loss
            directory.link = link
            pace.invalidate()
            if let loss, directory.loss == nil {
                let time = Words.duration(max(0, context.now.since(loss.since) / 1000))
                effects.say(.success, "The node at \(link.address) answers again, after \(time).")
                effects.post(NodeReturned())
            }
        case .instances(let result): accept(result, context, &effects)
        case .saved(_, _, let result):
            pace.invalidate()
            awaitsOlder = pace.isOutstanding
            if case .success(let overview) = result { directory.update(overview) }
        case .switched(let id, let result): accept(switched: id, result, &effects)
        case .deleted(let id, let result): accept(deleted: id, result, &effects)
        case .polled(let id, let result): accept(polled: id, result, &effects)
        case .resumed(let id, let result): accept(released: id, result, context, &effects)
        case .held(let id, let result):
            pace.invalidate()
            say(held: id, result, context, &effects)
        case .backlogsChanged(let id, let change, let result):
            pace.invalidate()
            if change == .cancel, case .success = result { cancelled.insert(id) }
            say(backlogs: id, change, result, context, &effects)
        case .apexEnded, .secretRotated: pace.invalidate()
        case .report(.failure, _) where directory.list == nil && context.arrangement != nil:
            // What was being set up is not to come.
            directory.isArranging = false
            pace.invalidate()
        default: break
        }
    }

    private mutating func accept(
        _ result: Result<[InstanceOverview], Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        pace.end(result, at: context.due)
        let isOlder = awaitsOlder
        awaitsOlder = false
        switch result {
        case .failure(let failure):
            // That a node is lost is said as long as it is, with since when.
            if directory.failure != failure.sentence, directory.loss == nil {
                effects.say(.failure, failure.sentence, on: .readingInstances)
            }
            directory.failure = failure.sentence
        case .success(let list):
            // Its instance is on the way; a change of the instances will report it.
            if list.isEmpty, directory.list == nil, context.arrangement != nil { return }
            let isFirst = directory.list == nil
            let former = directory.instance
            // It does not know yet what was just made; the next one does.
            if isOlder, let former, !list.contains(where: { $0.id == former.id }) { return }
            if directory.failure != nil { effects.settle(.readingInstances) }
            directory.failure = nil
            sayEnded(backlogs: directory.list ?? [], list, &effects)
            directory.list = list
            followRelease(&effects)
            if let current = directory.current {
                guard directory[current] == nil else { return }
                if let former, directory.deleting[current] == nil {
                    effects.post(InstanceGone(instance: former, next: list.first?.name))
                }
                effects.show(list.first?.id, focus: list.isEmpty ? .form : nil)
            } else if isFirst {
                // The one of the last time, if it is still there.
                let last = context.memory[ShownInstanceMemory.self].instance(at: context.settings.attached)
                    .flatMap { directory[$0]?.id }
                effects.show(last ?? list.first?.id, focus: list.isEmpty ? .form : nil)
            }
        }
    }

    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) {
        guard let current = directory.current, current != remembered, directory[current] != nil else { return }
        remembered = current
        var places = context.memory[ShownInstanceMemory.self]
        places.record(current, at: context.settings.attached)
        effects.remember(places)
    }

    // MARK: Answers

    private mutating func accept(
        switched id: InstanceID,
        _ result: Result<InstanceOverview, Failure>,
        _ effects: inout Effects
    ) {
        pace.invalidate()
        switch result {
        case .success(let overview):
            effects.say(
                .success,
                "\(overview.name) is \(overview.isDisabled ? "disabled" : "enabled").",
                about: .source,
                on: .switching(id)
            )
        case .failure(let failure): effects.say(.failure, failure.sentence, on: .switching(id))
        }
    }

    private mutating func accept(deleted id: InstanceID, _ result: Result<String?, Failure>, _ effects: inout Effects) {
        pace.invalidate()
        let known = directory.deleting.removeValue(forKey: id)
        switch result {
        case .success(let report):
            let name = known ?? directory[id]?.name ?? "The instance"
            directory.list?.removeAll { $0.id == id }
            if directory.current == id { effects.show(directory.list?.first?.id) }
            effects.settle(.deleting(id))
            say(deleted: name, report, &effects)
        case .failure(let failure): effects.say(.failure, failure.sentence, on: .deleting(id))
        }
    }

    private mutating func accept(
        polled id: InstanceID,
        _ result: Result<PollSummary, Failure>,
        _ effects: inout Effects
    ) {
        directory.polling.remove(id)
        pace.invalidate()
        switch result {
        case .failure(let failure):
            effects.say(.failure, "The poll failed: \(failure.sentence)", on: .polling(id))
        case .success(let summary):
            let calls = Words.count(summary.apiCalls, "API call")
            let time = Words.milliseconds(summary.milliseconds)
            effects.say(
                summary.problems.isEmpty ? .success : .warning,
                "Polled: \(summary.sentence), \(calls), \(time).",
                about: .source,
                on: .polling(id)
            )
            for sentence in ObjectProblems.sentences(summary.problems) { effects.say(.warning, sentence) }
        }
    }

    private mutating func accept(
        released id: InstanceID,
        _ result: Result<Done, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        pace.invalidate()
        switch result {
        case .success:
            release = CallbackRelease(instance: id, at: context.now, awaitsOlder: pace.isOutstanding)
            // Whether they arrive is not known before the first of them is answered.
            effects.say(.info, "Released: what was held is being sent again.", on: .holding(id))
        case .failure(let failure):
            directory.releasing.remove(id)
            effects.say(.failure, failure.sentence, on: .holding(id))
        }
    }

    /// Says what became of a release as soon as the callback has answered, or not.
    private mutating func followRelease(_ effects: inout Effects) {
        guard var known = release else { return }
        if !known.awaitsOlder { directory.releasing.remove(known.instance) }
        let outcome = known.follow(directory[known.instance]?.callback)
        release = known
        guard let outcome else { return }
        release = nil
        guard let words = outcome.words else { return }
        effects.say(outcome.severity, words, about: .callback, on: .holding(known.instance))
    }

    // MARK: Doing

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .pollNow:
            guard let current = directory.current else { break }
            directory.polling.insert(current)
            effects.send(.pollNow(current))
        case .resumeCallback: askToResume(&effects)
        case .holdCallback: askToHold(context, &effects)
        case .pauseBacklog: toggleBacklogs(&effects)
        case .cancelBacklog: askToCancelBacklogs(&effects)
        case .switchInstance: effects.open(InstanceMenu(directory.current ?? directory.wayBack?.id))
        case .newInstance: effects.show(nil, focus: .form, asks: true)
        case .toggleInstance: if let instance = directory.instance { askToToggle(instance, &effects) }
        case .deleteInstance: askToDelete(context, &effects)
        case .connectAgain:
            if let instance = directory.instance { askToReconnect(instance, &effects) }
        default: return false
        }
        return true
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if let confirmed = event as? DeletionConfirmed {
            directory.deleting[confirmed.instance.id] = confirmed.instance.name
            effects.send(.deleteInstance(confirmed.instance.id))
        }
        if let confirmed = event as? ReleaseConfirmed {
            // Nothing that was released before is followed any longer.
            release = nil
            directory.releasing.insert(confirmed.instance)
            effects.send(.resumeCallback(confirmed.instance))
        }
        guard let chosen = event as? InstanceChosen else { return }
        if let id = chosen.id {
            if id != directory.current { effects.show(id, asks: true) }
        } else if context.formInstance != nil {
            effects.show(nil, focus: .form, asks: true)
        }
    }

    /// One letter sends nothing that was held.
    private func askToResume(_ effects: inout Effects) {
        guard let current = directory.current else { return }
        effects.ask(
            "Resume deliveries?",
            "What is held is sent to \(directory.callbackHost(of: current)) again, oldest first.",
            verb: "Resume",
            then: [.post(ReleaseConfirmed(instance: current))]
        )
    }

    /// The browser is a question of its own; without one, a letter signs in nowhere.
    private func askToReconnect(_ instance: InstanceOverview, _ effects: inout Effects) {
        let request = ReconnectRequested(instance: instance)
        if instance.configuration.effectiveGrant == .authorizationCode { return effects.post(request) }
        effects.ask(
            "Connect again?",
            "\(instance.name) signs in to its org anew, with the settings that are in force.",
            verb: "Connect",
            then: [.post(request)]
        )
    }
}

/// Posted where the instance on the screen is not there any more although nobody has deleted it here.
struct InstanceGone: DashboardEvent {
    let instance: InstanceOverview
    /// The name of the one that is shown from then on.
    let next: String?
}

/// Posted when a node that was lost answers again: what was asked of it meanwhile may never be answered, and is asked anew.
struct NodeReturned: DashboardEvent {}

/// Posted where a person has said that what is held is to be sent.
struct ReleaseConfirmed: DashboardEvent {
    let instance: InstanceID
}

/// Posted by the menu of instances; nil: a new one.
struct InstanceChosen: DashboardEvent {
    let id: InstanceID?
}
