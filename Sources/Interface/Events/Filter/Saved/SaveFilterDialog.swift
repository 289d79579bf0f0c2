import Domain
import Drawing
import Primitives

extension ActionContext {
    static let saveFilter = ActionContext.overlay("save-filter", "Saving a filter", including: [.text])
}

/// Asks for the name that a filter is saved under.
struct SaveFilterDialog: TextDialog {
    static let keyContext = ActionContext.saveFilter
    private let text: String
    /// The name.
    var field = TextField()
    private var fault: String?

    init(_ text: String) { self.text = text }

    func title(_ context: DashboardContext) -> String { "Save the filter" }
    func hints(_ context: DashboardContext) -> [Hint] { [.action(.submit, "save"), .action(.close, "leave")] }

    mutating func edited() { fault = nil }

    mutating func submit(_ context: DashboardContext, _ effects: inout Effects) {
        let filter = SavedFilter(name: trimmedName, text: text)
        fault = filter.fault(at: context.now, clock: context.settings.clock) ?? obstacle(context)
        guard fault == nil else { return }
        effects.close()
        effects.post(FilterSaved(filter: filter))
    }

    private var trimmedName: String { field.text.trimmed }

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
        let width = min(64, rect.width - 2)
        let reason = fault.map { StyledText(DisplayText($0), .statusFail) }
        var rest = painter.window(
            Size(width: width, height: 4 + (reason?.wrapped(to: width - 4).count ?? 1)),
            title: "Save the filter under a name",
            footer: context.offers((.submit, "saves"), (.close, "leaves"))
        )
        let row = rest.cutTop(1)
        guard !row.isEmpty else { return }
        painter.field(field, in: row, fault == nil ? .fieldFocus : .fieldInvalid)
        painter.canvas.draw(DisplayText(text, limit: 200), in: rest.cutTop(1), style: Style(.accent, on: .overlay))
        let known = known(context).map { $0.isFixed ? "" : "Takes the place of \($0.text)" } ?? ""
        if let reason { return painter.sentence(reason, in: rest) }
        painter.canvas.draw(DisplayText(known, limit: 200), in: rest.cutTop(1), style: Style(.dim, on: .overlay))
    }
}

/// Posted when a filter was given a name.
struct FilterSaved: DashboardEvent {
    let filter: SavedFilter
}
