import Domain
import Primitives

extension EventsPane {
    /// Those of the configuration file, then those that were saved here, each by name.
    func savedFilters(_ context: DashboardContext) -> [SavedFilter] {
        let fixed = context.settings.filters
        let names = Set(fixed.map(\.name))
        return (fixed + filtering.memory.saved.filter { !names.contains($0.name) })
            .sorted { ($0.isFixed ? 0 : 1, $0.name) < ($1.isFixed ? 0 : 1, $1.name) }
    }

    /// What is typed, or what the list shows.
    private var savedText: String { filtering.line?.text ?? filtering.text }

    func saveObstacle(_ context: DashboardContext) -> String? {
        if savedText.isEmpty { return "Type a filter first; \(context.key(.saveFilter)) then saves it under a name." }
        return SavedFilter(name: "x", text: savedText).fault(at: context.now, clock: context.settings.clock)
    }

    mutating func openSaveDialog(_ context: DashboardContext, _ effects: inout Effects) {
        if let obstacle = saveObstacle(context) {
            effects.say(.warning, obstacle)
        } else {
            effects.open(SaveFilterDialog(savedText))
        }
    }

    mutating func receiveSaved(
        _ event: any DashboardEvent,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch event {
        case let saved as FilterSaved:
            filtering.memory.save(saved.filter)
            filtering.deleted.removeAll { $0.name == saved.filter.name }
            effects.remember(filtering.memory)
            let (name, key) = (saved.filter.name, context.key(.savedFilters))
            effects.say(.success, "Saved as “\(name)”; \(key) brings it back.", on: .savingFilter(name))
        case let deleted as FilterDeleted:
            let name = deleted.filter.name
            filtering.memory.deleteSaved(name)
            filtering.deleted.append(deleted.filter)
            effects.remember(filtering.memory)
            let way = "\(context.key(.restoreFilter)) in the list of saved filters brings it back."
            effects.say(.info, "Deleted “\(name)”; \(way)", on: .savingFilter(name))
        case is FilterChosen where context.instance == nil:
            effects.say(.warning, "There are no events to filter yet.")
        case let chosen as FilterChosen:
            filtering.open(over: window)
            filtering.line = FilterLine(chosen.text)
            keepFilter(context, &effects)
            effects.focus(Self.id)
        default: break
        }
    }
}
