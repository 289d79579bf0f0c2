import Domain
import Drawing
import EngineAPI
import Primitives

/// The instances to choose from, each with how it is, and a new one.
struct InstanceMenu: Overlay {
    /// The instance under the cursor; nil: a new one.
    private(set) var selected: InstanceID?
    private var load = StatisticsLoad()

    init(_ selected: InstanceID?) { self.selected = selected }

    func title(_ context: DashboardContext) -> String { "Instances" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [.action(.choose), .action(.close, "leave"), .action(.selectDown), .action(.selectUp)]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.menu] }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        load.nextLoad(at: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? { load.deadline(at: context.due) }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        load.receive(message)
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .choose: choose(selected, &effects)
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 6)) else { return false }
            move(motion, context)
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
        guard let row = part as? ListRow else { return }
        let list = context.instances.list ?? []
        choose(list.indices.contains(row.index) ? list[row.index].id : nil, &effects)
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { move(.rows(rows), context) }

    private func choose(_ id: InstanceID?, _ effects: inout Effects) {
        effects.close()
        effects.post(InstanceChosen(id: id))
    }

    private mutating func move(_ motion: ListMotion, _ context: DashboardContext) {
        let list = context.instances.list ?? []
        let index = motion.index(from: index(in: list), count: list.count + 1)
        selected = list.indices.contains(index) ? list[index].id : nil
    }

    private func index(in list: [InstanceOverview]) -> Int { list.firstIndex { $0.id == selected } ?? list.count }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let list = context.instances.list ?? []
        let inner = painter.window(
            Size(width: min(110, rect.width - 2), height: list.count + 4),
            title: "Instances",
            footer: context.offers((.choose, "chooses"), (.close, "leaves"))
        )
        var rest = inner
        let table = OverviewTable(list, figures: load.statistics?.instances, context, width: inner.width)
        // The names of the columns give way to the rows.
        if inner.height > 2 { painter.canvas.draw(table.header.on(.overlay), in: rest.cutTop(1)) }
        let index = index(in: list)
        // The row behind the instances is a new one.
        painter.list(list.count + 1, selection: index, in: rest) { number, line, ground, painter in
            let isSelected = number == index
            let mark = isSelected ? painter.glyphs.marker : " "
            let text =
                list.indices.contains(number)
                ? table.line(list[number], isSelected: isSelected)
                : StyledText(mark + " ", .accent) + StyledText("New instance" + painter.glyphs.ellipsis)
            painter.canvas.draw(text.on(ground), in: line)
        }
    }
}
