import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let pollNow = ActionID("poll-now")
    static let resumeCallback = ActionID("resume-callback")
    static let holdCallback = ActionID("hold-callback")
    static let pauseBacklog = ActionID("pause-backlog")
    static let cancelBacklog = ActionID("cancel-backlog")
    static let switchInstance = ActionID("switch-instance")
    static let newInstance = ActionID("new-instance")
    static let connectAgain = ActionID("connect-again")
    static let toggleInstance = ActionID("toggle-instance")
    static let deleteInstance = ActionID("delete-instance")
}

extension InstancesFeature {
    static let actions: [Action] = [
        Action(.pollNow, [.character("p")], "Poll the org now", hint: "poll now", in: [.events, .detail]),
        Action(
            .resumeCallback,
            [.character("u")],
            "Resume deliveries to a held callback",
            hint: "resume callback",
            in: [.events, .detail]
        ),
        Action(.holdCallback, [], "Hold deliveries to the callback", hint: "hold callback"),
        Action(.pauseBacklog, [], "Pause the backlog, or go on with it", hint: "pause backlog"),
        Action(.cancelBacklog, [], "Cancel the backlog", hint: "cancel backlog"),
        Action(.switchInstance, [.character("i")], "Switch to another instance", hint: "instances"),
        Action(.newInstance, [.character("I")], "Connect a new instance", hint: "new instance"),
        Action(
            .connectAgain,
            [.character("C")],
            "Connect this instance again",
            hint: "connect again",
            in: [.events, .detail]
        ),
        Action(.toggleInstance, [], "Disable or enable this instance", hint: "disable"),
        Action(.deleteInstance, [], "Delete this instance", hint: "delete"),
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        let instance = directory.instance
        let missing = instance == nil ? context.noInstance : nil
        switch action {
        case .pollNow: return context.pollObstacle
        case .resumeCallback:
            if let instance, case .held = instance.callback {
                return directory.releasing.contains(instance.id) ? "One delivery tries the callback already." : nil
            }
            return missing ?? "The callback is not held; there is nothing to resume."
        case .holdCallback: return missing ?? holdObstacle(context)
        case .pauseBacklog, .cancelBacklog: return missing ?? backlogObstacle(context)
        case .connectAgain:
            return missing ?? deletionObstacle
                ?? (context.isApplying ? "The last changes are still being applied." : nil)
        case .toggleInstance, .deleteInstance: return missing ?? deletionObstacle
        case .switchInstance: return (directory.list ?? []).isEmpty ? context.noInstance : nil
        case .newInstance:
            guard context.formInstance == nil else { return nil }
            let back = directory.wayBack.map { ", or press \(context.key(.switchInstance)) to go back to \($0.name)" }
            return "The form already holds a new instance; fill it in and apply it\(back ?? "")."
        default: return nil
        }
    }
}

extension DashboardContext {
    /// What an action would do now, where its title names two ways.
    func title(of action: Action) -> String {
        guard action.id == .toggleInstance, let instance else { return action.title }
        return instance.isDisabled ? "Enable this instance" : "Disable this instance"
    }

    /// Whether the instance is polled at all, as long as its settings stay as they are.
    var isPolled: Bool {
        guard let instance, !instance.isDisabled else { return false }
        return instance.configuration.eventType == .polling && instance.configuration.eventsEnabled
    }

    /// Why the instance can't be polled now; nil if it can.
    var pollObstacle: String? {
        guard let instance else { return noInstance }
        if instance.configuration.eventType != .polling { return "This instance gets webhooks; it isn't polled." }
        if !instance.configuration.eventsEnabled { return "Events are off; switch them on and apply." }
        if instance.isDisabled { return "This instance is disabled; \(enablingWay)." }
        // One that hangs is given up for it.
        if case .overdue = instance.source { return nil }
        // One that began by itself may have read past what the person looks for: another follows it.
        if instances.polling.contains(instance.id) { return "A poll is running already." }
        return nil
    }
}
