import Domain
import Drawing
import EngineAPI
import Primitives

/// Everything at a glance: all instances in a table, and below it the one under the cursor in figures.
struct OverviewPage: Overlay {
    /// A row of the table, as the mouse hits it.
    struct Row {
        let instance: InstanceID
    }

    /// The instance under the cursor.
    private var selected: InstanceID?
    /// Rows of the figures that are scrolled away.
    private(set) var offset = 0
    private(set) var load = StatisticsLoad()

    init(_ selected: InstanceID?) { self.selected = selected }

    func title(_ context: DashboardContext) -> String { "Overview" }

    func hints(_ context: DashboardContext) -> [Hint] {
        let moving: [Hint] = [.action(.selectDown), .action(.selectUp), .action(.pageDown)]
        return [.action(.choose, "go there"), .action(.close)] + moving
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.overview] }

    // MARK: Loading

    mutating func loads(_ context: DashboardContext) -> [Command] {
        load.turn(to: instance(context)?.id)
        return load.nextLoad(at: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? { load.deadline(at: context.due) }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        load.receive(message)
    }

    /// The event that was opened above it stands below it.
    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if event is EventOpened { effects.close() }
    }

    // MARK: Moving

    /// The instance that the figures are about; the first one where the chosen one is gone.
    func instance(_ context: DashboardContext) -> InstanceOverview? {
        let list = context.instances.list ?? []
        return list.first { $0.id == selected } ?? list.first
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close, .overview: effects.close()
        case .choose: go(to: instance(context)?.id, &effects)
        case .busyRecords: if let id = instance(context)?.id { effects.open(BusyList(id)) }
        case .selectUp, .selectDown:
            let step = action == .selectUp ? -1 : 1
            // With one instance there is nothing to choose from.
            if (context.instances.list?.count ?? 0) > 1 { select(by: step, context) } else { scroll(by: step, context) }
        default:
            let room = OverviewPlan(self, context).figures
            guard let motion = ListMotion(action, page: max(1, room.height)) else { return false }
            offset = motion.index(from: offset, count: mostOffset(context) + 1)
        }
        return true
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let row = part as? Row else { return }
        // As in other lists, the first click chooses and a second one goes there.
        if row.instance == instance(context)?.id { return go(to: row.instance, &effects) }
        selected = row.instance
        offset = 0
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { scroll(by: rows, context) }

    private func go(to id: InstanceID?, _ effects: inout Effects) {
        effects.close()
        if let id { effects.post(InstanceChosen(id: id)) }
        effects.focus(.events)
    }

    private mutating func select(by step: Int, _ context: DashboardContext) {
        let list = context.instances.list ?? []
        let index = list.firstIndex { $0.id == instance(context)?.id } ?? 0
        selected = list[ListMotion.rows(step).index(from: index, count: list.count)].id
        offset = 0
    }

    private mutating func scroll(by rows: Int, _ context: DashboardContext) {
        offset = ListMotion.rows(rows).index(from: offset, count: mostOffset(context) + 1)
    }

    private func mostOffset(_ context: DashboardContext) -> Int {
        let plan = OverviewPlan(self, context)
        return max(0, plan.lines.count - plan.figures.height)
    }
}
