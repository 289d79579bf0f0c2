import Drawing

extension ActionContext {
    static let columns = ActionContext.overlay("columns", "Columns", including: [.list])
}

extension ActionID {
    static let chooseColumns = ActionID("columns")
    static let columnLeft = ActionID("column-left")
    static let columnRight = ActionID("column-right")
    static let columnWider = ActionID("column-wider")
    static let columnNarrower = ActionID("column-narrower")
    static let resetColumns = ActionID("reset-columns")
}

/// Chooses, orders and sizes the columns of the list, which shows at once what that makes of it.
struct ColumnDialog: Overlay {
    static let actions: [Action] = [
        Action(
            .chooseColumns,
            [.character("K")],
            "Choose, order and size the columns",
            hint: "columns",
            in: [.events, .detail]
        ),
        .keyed(
            .columnLeft,
            [.character("["), Key(.up, .shift)],
            "Move the column to the left",
            hint: "left",
            in: [.columns]
        ),
        .keyed(
            .columnRight,
            [.character("]"), Key(.down, .shift)],
            "Move the column to the right",
            hint: "right",
            in: [.columns]
        ),
        .keyed(.columnWider, [.right, .character("+")], "Make the column wider", hint: "wider", in: [.columns]),
        .keyed(
            .columnNarrower,
            [.left, .character("-")],
            "Make the column narrower",
            hint: "narrower",
            in: [.columns]
        ),
        .keyed(
            .resetColumns,
            [.character("r")],
            "The columns of the configuration file again",
            hint: "reset",
            in: [.columns]
        ),
    ]

    private var choice: ColumnChoice
    private var selection = 0
    /// Columns that the list has, which decides how wide a column is that nobody has sized.
    private let listWidth: Int

    init(_ choice: ColumnChoice, listWidth: Int) {
        self.choice = choice
        self.listWidth = listWidth
    }

    /// Those that are shown, in their order, then the others.
    private var rows: [EventColumn] {
        choice.entries.map(\.column) + EventColumn.allCases.filter { choice[$0] == nil }
    }

    func title(_ context: DashboardContext) -> String { "Columns" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [
            .action(.choose, "show or hide"), .action(.columnLeft), .action(.columnRight), .action(.columnWider),
            .action(.columnNarrower), .action(.resetColumns), .action(.close, "done"),
        ]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.columns] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let column = rows[min(selection, rows.count - 1)]
        switch action {
        case .close:
            effects.close()
            return true
        case .choose:
            choice.toggle(column)
            // Where one was hidden, the next is under the cursor.
            guard choice[column] != nil else {
                effects.post(ColumnsChosen(choice: choice))
                return true
            }
        case .columnLeft: choice.move(column, by: -1)
        case .columnRight: choice.move(column, by: 1)
        case .columnWider, .columnNarrower:
            let width = choice[column]?.width ?? column.width(in: listWidth) ?? 30
            choice.widen(column, by: action == .columnWider ? 2 : -2, from: width)
        case .resetColumns:
            choice = context.settings.columns
            effects.post(ColumnsChosen(choice: nil))
            return true
        default:
            guard let motion = ListMotion(action, page: max(1, rows.count)) else { return false }
            selection = motion.index(from: selection, count: rows.count)
            return true
        }
        // The cursor stays on the column, wherever that has gone.
        selection = rows.firstIndex(of: column) ?? selection
        effects.post(ColumnsChosen(choice: choice))
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
        selection = row.index
        _ = perform(.choose, context, &effects)
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { selection = ListMotion.rows(rows).index(from: selection, count: self.rows.count) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let inner = painter.window(
            Size(width: min(66, rect.width - 2), height: rows.count + 2),
            title: "Columns",
            footer: context.offers(
                (.choose, "shows"),
                (.columnLeft, "moves"),
                (.resetColumns, "resets"),
                (.close, "done")
            )
        )
        painter.list(rows.count, selection: selection, in: inner) { index, line, ground, painter in
            let column = rows[index]
            let entry = choice[column]
            var line = line
            let box: DisplayText = "[" + (entry == nil ? " " : painter.glyphs.check) + "] "
            painter.canvas.draw(box, in: line.cutLeft(4), style: Style(entry == nil ? .dim : .accent, on: ground))
            painter.canvas.draw(DisplayText(column.rawValue), in: line.cutLeft(11), style: Style(.text, on: ground))
            let width = entry?.width.map { DisplayText("\($0) wide") } ?? (entry == nil ? "" : "as it fits")
            painter.canvas.draw(width, in: line.cutRight(11), .right, style: Style(.faint, on: ground))
            painter.canvas.draw(column.words, in: line, style: Style(.dim, on: ground))
        }
    }
}

/// Posted when columns were chosen; nil: those of the configuration file again.
struct ColumnsChosen: DashboardEvent {
    let choice: ColumnChoice?
}
