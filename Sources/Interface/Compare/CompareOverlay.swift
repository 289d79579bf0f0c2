import Domain
import Drawing
import EngineAPI

/// Two events side by side in a window, what differs first.
struct CompareOverlay: Overlay {
    private var comparison: Comparison
    private var reader = RowReader()
    private var toggled: Set<String> = []
    private var laid: (key: Key, rows: LaidRows)?

    private struct Key: Hashable {
        let revision: Int
        let width: Int
        let toggled: Set<String>
    }

    init(_ comparison: Comparison) { self.comparison = comparison }

    func title(_ context: DashboardContext) -> String { "Two events compared" }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.compare] }

    func hints(_ context: DashboardContext) -> [Hint] {
        let rows = rows(context).rows
        let canFold = rows.indices.contains(reader.cursor) && rows[reader.cursor].fold != nil
        let fold: [Hint] = canFold ? [.action(.toggleFold)] : []
        return fold + [.action(.close), .action(.selectUp), .action(.selectDown)]
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let page = page(context)
        switch action {
        case .close: effects.close()
        case .toggleFold:
            let rows = rows(context).rows
            guard rows.indices.contains(reader.cursor), let fold = rows[reader.cursor].fold else {
                effects.say(.info, "Nothing folds in this line.")
                break
            }
            toggled.formSymmetricDifference([fold])
        default: return reader.perform(action, on: page)
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
        guard let row = part as? ReadRow else { return }
        if reader.press(row, on: page(context)) { _ = perform(.toggleFold, context, &effects) }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { reader.scroll(by: rows, on: page(context)) }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .page(let token, let result):
            comparison.accept(token: token, result)
            guard comparison.isAlone else { break }
            // A window for one sentence would only be one more thing to close.
            effects.close()
            effects.say(.info, "There is no earlier event of this record to compare with.")
        case .detail(let sequence, let result): comparison.accept(sequence, result)
        default: break
        }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        let key = key(context)
        if laid?.key != key { laid = (key, rows(context)) }
        reader.settle(on: page(context))
        return comparison.nextLoad().map { [$0] } ?? []
    }

    // MARK: Drawing

    private static let widest = 140

    private func room(_ context: DashboardContext) -> Size {
        let size = context.settings.size
        return Size(width: max(8, min(Self.widest, size.width - 2) - 4), height: max(1, size.height - 4))
    }

    private func key(_ context: DashboardContext) -> Key {
        Key(revision: comparison.revision, width: room(context).width, toggled: toggled)
    }

    private func rows(_ context: DashboardContext) -> LaidRows {
        if let laid, laid.key == key(context) { return laid.rows }
        return context.compareRows(comparison, width: room(context).width, toggled: toggled)
    }

    private func hasFold(_ context: DashboardContext) -> Bool { rows(context).rows.contains { $0.fold != nil } }

    private func page(_ context: DashboardContext) -> RowReader.Page {
        RowReader.Page(rows(context), room(context))
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let page = page(painter.context)
        let inner = painter.window(
            Size(width: page.width + 4, height: page.height + 2),
            title: "The earlier event, and the later one",
            footer: hasFold(painter.context)
                ? painter.context.offers((.toggleFold, "folds"), (.close, "closes"))
                : painter.context.offers((.close, "closes"))
        )
        painter.paint(
            page,
            reader,
            in: inner,
            selection: .selection,
            on: .overlay,
            scrollbar: Rect(x: inner.maxX + 1, y: inner.y, width: 1, height: inner.height)
        )
    }
}
