import Drawing

extension ActionContext {
    static let savedFilters = ActionContext.overlay("saved-filters", "Saved filters", including: [.list])
}

extension ActionID {
    static let savedFilters = ActionID("saved-filters")
    static let saveFilter = ActionID("save-filter")
    static let deleteFilter = ActionID("delete-filter")
    static let restoreFilter = ActionID("restore-filter")
}

/// The filters that have names: one is chosen, or deleted; the deleted ones can be brought back as long as the dashboard is
/// open.
struct SavedFilterList: Overlay {
    static let actions: [Action] = [
        Action(
            .savedFilters,
            [.ctrl("o")],
            "Choose a saved filter",
            hint: "saved filters",
            in: [.events, .detail, .filterLine]
        ),
        Action(
            .saveFilter,
            [.ctrl("s")],
            "Save the filter under a name",
            hint: "save",
            in: [.filterLine]
        ),
        .keyed(
            .deleteFilter,
            [.delete, .character("d")],
            "Delete the saved filter",
            hint: "delete",
            in: [.savedFilters]
        ),
        .keyed(
            .restoreFilter,
            [.character("u")],
            "Bring back the saved filter that was deleted last",
            hint: "bring back",
            in: [.savedFilters]
        ),
    ]

    private var selection = 0

    func title(_ context: DashboardContext) -> String { "Saved filters" }

    func hints(_ context: DashboardContext) -> [Hint] {
        let filters: [Hint] = context.savedFilters.isEmpty ? [] : [.action(.choose, "apply"), .action(.deleteFilter)]
        let former: [Hint] = context.deletedFilters.isEmpty ? [] : [.action(.restoreFilter)]
        return filters + former + [.action(.close, "leave")]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.savedFilters] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let filters = context.savedFilters
        switch action {
        case .close: effects.close()
        case .choose: choose(selection, filters, &effects)
        case .deleteFilter: if filters.indices.contains(selection) { delete(filters[selection], &effects) }
        case .restoreFilter:
            guard let last = context.deletedFilters.last else {
                effects.say(.info, "No saved filter was deleted since the dashboard was opened.")
                break
            }
            effects.post(FilterSaved(filter: last))
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 6)) else { return false }
            selection = motion.index(from: selection, count: filters.count)
        }
        return true
    }

    /// The letter may have been meant for the line of the filter.
    private func delete(_ filter: SavedFilter, _ effects: inout Effects) {
        if filter.isFixed {
            effects.say(.warning, "“\(filter.name)” stands in the configuration file; take it out there.")
        } else {
            effects.ask(
                "Delete the saved filter?",
                "“\(filter.name)” finds \(filter.text)",
                verb: "Delete",
                then: [.post(FilterDeleted(filter: filter))]
            )
        }
    }

    /// What is chosen stays in the list when that gets shorter.
    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        guard let deleted = event as? FilterDeleted else { return }
        let rest = context.savedFilters.count { $0 != deleted.filter }
        selection = min(selection, max(0, rest - 1))
    }

    private func choose(_ index: Int, _ filters: [SavedFilter], _ effects: inout Effects) {
        effects.close()
        if filters.indices.contains(index) { effects.post(FilterChosen(text: filters[index].text)) }
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { if let row = part as? ListRow { choose(row.index, context.savedFilters, &effects) } }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { selection = ListMotion.rows(rows).index(from: selection, count: context.savedFilters.count) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let filters = context.savedFilters
        let names = filters.map { DisplayText($0.name, limit: SavedFilter.longestName) }
        let nameWidth = names.map(\.width).max() ?? 0
        let width = min(76, rect.width - 2)
        let way = "None yet; \(context.key(.saveFilter)) in the line of the filter saves one."
        let none = filters.isEmpty ? StyledText(DisplayText(way), .dim) : nil
        let inner = painter.window(
            Size(width: width, height: (none?.wrapped(to: width - 4).count ?? filters.count) + 2),
            title: "Saved filters",
            footer: filters.isEmpty
                ? context.deletedFilters.isEmpty
                    ? context.offers((.close, "leaves"))
                    : context.offers((.restoreFilter, "brings the deleted one back"), (.close, "leaves"))
                : context.offers((.choose, "applies"), (.deleteFilter, "deletes"), (.close, "leaves"))
        )
        if let none { return painter.sentence(none, in: inner) }
        painter.list(filters.count, selection: selection, in: inner) { index, line, ground, painter in
            var line = line
            let mark = index == selection ? painter.glyphs.marker : " "
            painter.canvas.draw(mark, in: line.cutLeft(2), style: Style(.accent, on: ground))
            painter.canvas.draw(
                names[index],
                in: line.cutLeft(min(nameWidth, line.width / 2)),
                style: Style(.text, on: ground)
            )
            if filters[index].isFixed {
                painter.canvas.draw("file", in: line.cutRight(5), .right, style: Style(.faint, on: ground))
            }
            let text = DisplayText(filters[index].text, limit: 200)
            painter.canvas.draw(text, in: line.inset(left: 2), style: Style(.dim, on: ground))
        }
    }
}

/// Posted when a saved filter was chosen.
struct FilterChosen: DashboardEvent {
    let text: String
}

/// Posted when a saved filter shall be no more.
struct FilterDeleted: DashboardEvent {
    let filter: SavedFilter
}
