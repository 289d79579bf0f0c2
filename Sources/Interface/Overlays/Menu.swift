import Drawing

/// A list to choose from.
struct Menu: Overlay {
    struct Item: Sendable {
        let title: String
        var detail = ""
        /// What is done once it is chosen.
        let choice: Effect
        /// What is done while the cursor is on it, to see it before it is chosen.
        var preview: Effect?
    }

    let title: String
    let items: [Item]
    private var selection: Int
    /// The item whose preview is as it was before.
    private let original: Int

    /// The cursor begins at `selection`, whose preview is done again where the menu is left without a choice.
    init(title: String, items: [Item], selection: Int = 0) {
        self.title = title
        self.items = items
        self.selection = selection
        original = selection
    }

    func title(_ context: DashboardContext) -> String { title }

    func hints(_ context: DashboardContext) -> [Hint] {
        [.action(.choose), .action(.close, "leave"), .action(.selectDown), .action(.selectUp)]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.menu] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close:
            effects.close()
            if selection != original { preview(original, &effects) }
        case .choose: choose(selection, &effects)
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 6)) else { return false }
            select(motion.index(from: selection, count: items.count), &effects)
        }
        return true
    }

    /// Goes to the next item that begins with the letter.
    mutating func accept(stray letter: Character, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let others = items.indices.map { (selection + 1 + $0) % items.count }
        let index = others.first { items[$0].title.lowercased().hasPrefix(letter.lowercased()) }
        guard let index else { return false }
        select(index, &effects)
        return true
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let row = part as? ListRow { choose(row.index, &effects) }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { select(ListMotion.rows(rows).index(from: selection, count: items.count), &effects) }

    private func choose(_ index: Int, _ effects: inout Effects) {
        effects.close()
        if items.indices.contains(index) { effects.add([items[index].choice]) }
    }

    private mutating func select(_ index: Int, _ effects: inout Effects) {
        guard index != selection else { return }
        selection = index
        preview(index, &effects)
    }

    private func preview(_ index: Int, _ effects: inout Effects) {
        if items.indices.contains(index), let preview = items[index].preview { effects.add([preview]) }
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let width = max(36, (items.map { $0.title.count + $0.detail.count }.max() ?? 0) + 10)
        let inner = painter.window(
            Size(width: min(width, 76), height: items.count + 2),
            title: DisplayText(title),
            footer: painter.context.offers((.choose, "chooses"), (.close, "leaves"))
        )
        painter.list(items.count, selection: selection, in: inner) { index, line, ground, painter in
            let item = items[index]
            let mark = index == selection ? painter.glyphs.marker : " "
            let title = mark + " " + DisplayText(item.title)
            painter.canvas.draw(title, in: line, style: Style(.text, on: ground))
            painter.canvas.draw(
                DisplayText(item.detail),
                in: line.inset(left: title.width + 2, right: 1),
                .right,
                style: Style(.dim, on: ground)
            )
        }
    }
}
