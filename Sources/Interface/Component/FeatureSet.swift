/// The features of a dashboard, in the order of the registry; the panes are those that have a place on the screen.
struct FeatureSet: Sendable {
    private(set) var all: [any Feature]

    init(_ all: [any Feature]) { self.all = all }

    /// The panes that can have the focus now, in their order.
    var openPanes: [any Pane] { all.compactMap(\.pane).filter(\.isOpen) }

    /// The pane of that name, while it is open.
    func openPane(_ id: PaneID) -> (any Pane)? { openPanes.first { type(of: $0).id == id } }

    /// Changes a pane where it is kept; nil if there is none of that name.
    @discardableResult
    mutating func change<Result>(_ id: PaneID, _ body: (inout any Pane) -> Result) -> Result? {
        for index in all.indices {
            guard var pane = all[index].pane, type(of: pane).id == id else { continue }
            let result = body(&pane)
            all[index] = pane
            return result
        }
        return nil
    }

    /// Changes the open panes.
    mutating func eachPane(_ body: (inout any Pane) -> Void) {
        for index in all.indices {
            guard var pane = all[index].pane, pane.isOpen else { continue }
            body(&pane)
            all[index] = pane
        }
    }

    /// Changes each and gives what they ask for.
    mutating func each(_ body: (inout any Feature, inout Effects) -> Void) -> [Effect] {
        var effects = Effects()
        for index in all.indices { body(&all[index], &effects) }
        return effects.list
    }

    /// Has an action done by the first to whom it means something, the pane that has the focus before all others; nil if it
    /// means nothing to any.
    mutating func perform(_ action: ActionID, _ context: DashboardContext) -> [Effect]? {
        let focused = all.firstIndex { $0.pane.map { type(of: $0).id == context.focus } == true }
        var effects = Effects()
        for index in [focused].compactMap({ $0 }) + all.indices.filter({ $0 != focused })
        where all[index].perform(action, context, &effects) {
            return effects.list
        }
        return nil
    }

    /// Why an action can't be done now; nil if it can.
    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        all.lazy.compactMap { $0.obstacle(to: action, context) }.first
    }

    /// What would be lost if another instance were shown now; nil: nothing.
    func lossOnLeaving(_ context: DashboardContext) -> String? {
        all.lazy.compactMap { $0.unsavedWork(context)?.onLeaving }.first
    }

    /// All that would be lost if the dashboard were quit now; nil: nothing.
    func lossOnQuitting(_ context: DashboardContext) -> String? {
        let losses = all.compactMap { $0.unsavedWork(context)?.onQuitting }
        return losses.isEmpty ? nil : losses.joined(separator: " ")
    }
}
