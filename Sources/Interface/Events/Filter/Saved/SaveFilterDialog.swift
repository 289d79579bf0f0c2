import Domain
import Drawing
import Primitives

extension ActionContext {
    static let saveFilter = ActionContext.overlay("save-filter", "Saving a filter", including: [.text])
}

/// Asks for the name that a filter is saved under.
struct SaveFilterDialog: Overlay {
    private let text: String
    private var name = TextField()
    private var fault: String?

    init(_ text: String) { self.text = text }

    func title(_ context: DashboardContext) -> String { "Save the filter" }
    func hints(_ context: DashboardContext) -> [Hint] { [.action(.submit, "save"), .action(.close, "leave")] }
    func contexts(_ context: DashboardContext) -> [ActionContext] { [.saveFilter] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .submit:
            let filter = SavedFilter(name: trimmedName, text: text)
            fault = filter.fault(at: context.now) ?? obstacle(context)
            guard fault == nil else { break }
            effects.close()
            effects.post(FilterSaved(filter: filter))
        default:
            guard name.perform(action) else { return false }
            fault = nil
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        name.insert(text)
        fault = nil
    }

    private var trimmedName: String { name.text.trimmed }

    /// The saved filter whose place it would take.
    private func known(_ context: DashboardContext) -> SavedFilter? {
        context.savedFilters.first { $0.name == trimmedName }
    }

    private func obstacle(_ context: DashboardContext) -> String? {
        if known(context)?.isFixed == true { return "That name stands in the configuration file; choose another." }
        guard known(context) == nil, context.savedFilters.count >= FilterMemory.mostSaved else { return nil }
        return "There are \(FilterMemory.mostSaved) saved filters already; delete one first."
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        var rest = painter.window(
            Size(width: min(64, rect.width - 2), height: 5),
            title: "Save the filter under a name",
            footer: context.offers((.submit, "saves"), (.close, "leaves"))
        )
        let row = rest.cutTop(1)
        guard !row.isEmpty else { return }
        let style: Style = fault == nil ? .fieldFocus : .fieldInvalid
        painter.canvas.fill(row, style: style)
        let shown = name.window(width: row.width, mark: painter.glyphs.ellipsis)
        painter.canvas.draw(shown.text, at: row.origin, style: style, width: row.width)
        painter.cursor = painter.canvas.position(of: row.origin.offset(x: shown.cursor))
        painter.canvas.draw(DisplayText(text, limit: 200), in: rest.cutTop(1), style: Style(.accent, on: .overlay))
        let known = known(context).map { $0.isFixed ? "" : "Takes the place of \($0.text)" } ?? ""
        let line = rest.cutTop(1)
        if let fault {
            painter.canvas.draw(DisplayText(fault), in: line, style: Style(.statusFail, on: .overlay))
        } else {
            painter.canvas.draw(DisplayText(known, limit: 200), in: line, style: Style(.dim, on: .overlay))
        }
    }
}

/// Posted when a filter was given a name.
struct FilterSaved: DashboardEvent {
    let filter: SavedFilter
}
