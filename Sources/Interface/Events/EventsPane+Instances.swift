import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let allInstances = ActionID("all-instances")
}

/// The events of all instances in one list, each beside the name of its own.
extension EventsPane {
    static let instanceActions: [Action] = [
        Action(
            .allInstances,
            [.character("0")],
            "Show the events of all instances, or of one alone",
            hint: "all instances",
            in: [.events],
            onlyShows: true
        )
    ]

    func instancesObstacle(_ context: DashboardContext) -> String? {
        if context.instance == nil { return context.noInstance }
        return showsAll || context.hasSeveralInstances ? nil : "There is one instance, and the list shows its events."
    }

    mutating func toggleInstances(_ context: DashboardContext) {
        if !showsAll { keepView() }
        showsAll.toggle()
        renewInstances(context)
    }

    /// Shows the events of the instances that there are now, where those of all are wanted.
    mutating func renewInstances(_ context: DashboardContext) {
        if !context.hasSeveralInstances { showsAll = false }
        let own: Set<InstanceID> = context.instance.map { [$0.id] } ?? []
        let shown = showsAll ? Set((context.instances.list ?? []).map(\.id)) : own
        guard !own.isEmpty, shown != window.filter.instanceIDs else { return }
        let (selected, isFollowing) = (window.selected, window.isFollowing)
        var filter = window.filter
        filter.instanceIDs = shown
        window.reset(filter)
        counts.reset()
        resetMatches()
        guard !isFollowing, let selected else { return }
        window.isFollowing = false
        window.want(.around(selected))
    }

    /// The columns that somebody chose; of several instances, with that of each event.
    func shownChoice(_ context: DashboardContext) -> ColumnChoice {
        let choice = columnChoice(context)
        guard showsAll, choice[.instance] == nil else { return choice }
        var entries = choice.entries
        entries.insert(ColumnChoice.Entry(.instance), at: entries.first?.column == .time ? 1 : 0)
        return ColumnChoice(entries)
    }

    /// What the list is called.
    var listName: String { showsAll ? "Events of all instances" : "Events" }

    /// Says of a filter that names an instance why it may find nothing.
    func instanceNote(_ context: DashboardContext) -> String? {
        guard !showsAll, context.hasSeveralInstances, let instance = context.instance else { return nil }
        let namesOne = window.filter.expression.contains { if case .instances = $0 { true } else { false } }
        guard namesOne else { return nil }
        return "The list shows \(instance.name) alone; \(context.key(.allInstances)) shows the events of all instances."
    }
}

extension DashboardContext {
    var hasSeveralInstances: Bool { (instances.list?.count ?? 0) > 1 }

    /// Why what is done with the events of one instance can't be done now; nil while the list shows one.
    var severalShown: String? {
        guard showsAllInstances else { return nil }
        return "The list shows all instances; \(key(.allInstances)) shows \(instance?.name ?? "one") alone."
    }
}
