import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let pollNow = ActionID("pollNow")
    static let resumeCallback = ActionID("resumeCallback")
    static let switchInstance = ActionID("switchInstance")
    static let newInstance = ActionID("newInstance")
    static let connectAgain = ActionID("connectAgain")
    static let toggleInstance = ActionID("toggleInstance")
    static let deleteInstance = ActionID("deleteInstance")
}

extension InstancesFeature {
    static let actions: [Action] = [
        Action(.pollNow, [.character("p")], "Poll the org now", hint: "poll now"),
        Action(
            .resumeCallback,
            [.character("u")],
            "Resume deliveries to a held callback",
            hint: "resume callback"
        ),
        Action(.switchInstance, [.character("i")], "Switch to another instance", hint: "instances"),
        Action(.newInstance, [.character("n")], "Connect a new instance", hint: "new instance"),
        Action(.connectAgain, [.character("C")], "Connect this instance again", hint: "connect again"),
        Action(.toggleInstance, [], "Disable or enable this instance", hint: "disable"),
        Action(.deleteInstance, [], "Delete this instance", hint: "delete"),
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        let instance = directory.instance
        let missing = instance == nil ? InstanceDirectory.noInstance : nil
        switch action {
        case .pollNow: return context.pollObstacle
        case .resumeCallback:
            if case .held? = instance?.callback { return nil }
            return missing ?? "The callback is not held; there is nothing to resume."
        case .connectAgain:
            return missing ?? (context.isApplying ? "The last changes are still being applied." : nil)
        case .toggleInstance, .deleteInstance: return missing
        case .switchInstance: return (directory.list ?? []).isEmpty ? InstanceDirectory.noInstance : nil
        case .newInstance:
            return context.formInstance == nil
                ? "The form already holds a new instance; fill it in and apply it." : nil
        default: return nil
        }
    }
}

extension DashboardContext {
    /// Why the instance can't be polled now; nil if it can.
    var pollObstacle: String? {
        guard let instance else { return InstanceDirectory.noInstance }
        if instance.configuration.eventType != .polling { return "This instance gets webhooks; it isn't polled." }
        if !instance.configuration.eventsEnabled { return "Events are off; switch them on and apply." }
        if instance.isDisabled { return "This instance is disabled; enable it first." }
        if instances.polling.contains(instance.id) || instance.isPolling { return "A poll is running already." }
        return nil
    }
}
