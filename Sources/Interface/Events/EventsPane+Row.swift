import Domain
import Drawing
import Primitives

extension EventsPane {
    /// The columns that somebody chose, or those of the configuration file.
    func columnChoice(_ context: DashboardContext) -> ColumnChoice { columnMemory.choice ?? context.settings.columns }

    /// The columns as the rows on the screen need them.
    func columns(width: Int, _ context: DashboardContext) -> ColumnLayout {
        let choice = columnChoice(context)
        let plain = ColumnLayout(width: width, choice)
        var content = ColumnLayout.Content(callback: 0)
        for index in window.visibleRange {
            let event = window.rows[index]
            // No row is wider.
            let name = event.shownName.map { DisplayText($0, limit: width).width } ?? event.recordID.count
            let notes =
                plain.showsFields ? event.fieldNotes.first.map { DisplayText($0, limit: width).width + 1 } ?? 0 : 0
            content.record = max(content.record, name)
            content.recordWithNotes = max(content.recordWithNotes, name + notes)
            content.object = max(content.object, DisplayText(event.object, limit: width).width)
            content.callback = max(content.callback, context.shortCallback(event, plain).width)
        }
        return ColumnLayout(width: width, choice, content: content)
    }

    func paint(
        _ column: EventColumn,
        of event: EventSummary,
        _ columns: ColumnLayout,
        in place: Rect,
        _ ground: StyleRole?,
        _ painter: inout Painter
    ) {
        let context = painter.context
        let (dim, plain) = (Style(.dim, on: ground), Style(.text, on: ground))
        switch column {
        case .time: painter.canvas.draw(context.clock(event.receivedAt), in: place, style: dim)
        case .change:
            painter.canvas.draw(
                DisplayText(event.change.rawValue),
                in: place,
                style: Style(event.change.role, on: ground)
            )
        case .object: painter.canvas.draw(DisplayText(event.object), in: place, style: plain)
        case .record: paintRecord(event, showsFields: columns.showsFields, in: place, ground, &painter)
        case .fields:
            let notes = event.valueNotes(glyphs: context.glyphs) + event.fieldNotes.map { DisplayText($0) }
            if let note = notes.first(where: { $0.width <= place.width }) ?? notes.last {
                painter.canvas.draw(note, in: place, style: dim)
            }
        case .callback: painter.canvas.draw(context.callbackCell(event, columns).on(ground), in: place)
        case .attempts:
            let words = event.delivery.map { context.attempts(of: $0) } ?? ""
            painter.canvas.draw(DisplayText(words), in: place, .right, style: dim)
        case .took:
            let words = event.delivery?.lastMilliseconds.map { Words.milliseconds($0) } ?? ""
            painter.canvas.draw(DisplayText(words), in: place, .right, style: dim)
        case .source: painter.canvas.draw(DisplayText(event.source.rawValue), in: place, style: dim)
        case .changedBy:
            // Of an id, its two ends tell users apart.
            painter.canvas.draw(DisplayText(event.changedBy ?? "", limit: 60), in: place, style: dim, .middle)
        case .recordID: painter.canvas.draw(DisplayText(event.recordID), in: place, style: dim, .middle)
        case .eventID: painter.canvas.draw(DisplayText(event.eventID), in: place, style: dim, .middle)
        }
    }

    private func paintRecord(
        _ event: EventSummary,
        showsFields: Bool,
        in place: Rect,
        _ ground: StyleRole?,
        _ painter: inout Painter
    ) {
        // One column more than fits tells that the name was cut.
        let name = event.shownName.map { DisplayText($0, limit: place.width + 1) }
        var room = place
        let own = name?.width ?? event.recordID.count
        let glyphs = painter.glyphs
        let notes: [DisplayText] =
            showsFields ? event.valueNotes(glyphs: glyphs) + event.fieldNotes.map { DisplayText($0) } : []
        if let text = notes.first(where: { own + 1 + $0.width <= room.width }) {
            painter.canvas.draw(text, in: room.cutRight(text.width), style: Style(.dim, on: ground))
            _ = room.cutRight(1)
        }
        if let name {
            painter.canvas.draw(name, in: room, style: Style(.text, on: ground))
        } else {
            // The two ends of an id tell records apart.
            painter.canvas.draw(DisplayText(event.recordID), in: room, style: Style(.text, on: ground), .middle)
        }
    }
}

extension Change {
    var role: StyleRole {
        switch self {
        case .created: .changeCreated
        case .updated: .changeUpdated
        case .deleted: .changeDeleted
        }
    }
}

extension EventSummary {
    /// What an update changed, the most that there is room for first: `Email, Title, Phone`, `Email, +2`, `+3`.
    var fieldNotes: [String] {
        if isUndelete { return ["undeleted"] }
        guard change == .updated else { return [] }
        guard let first = changedFieldNames.first else { return isCompared ? ["no field changed"] : [] }
        let count = changedFieldNames.count
        // No row has room for more names than that.
        let most = min(count, 8)
        let lists = (1...most).reversed().map { shown in
            let names = changedFieldNames.prefix(shown).joined(separator: ", ")
            return shown == count ? names : "\(names), +\(count - shown)"
        }
        return lists + (count == 1 && first.count <= 8 ? [] : ["+\(count)"])
    }
}

extension EventSummary {
    /// Columns of one value in a row.
    private static let widestValue = 24

    /// `Email ada@old → ada@new`, where one field changed alone.
    func valueNotes(glyphs: Glyphs) -> [DisplayText] {
        guard !isUndelete, let change = onlyChange else { return [] }
        func value(_ raw: String?) -> DisplayText {
            DisplayText(fieldValue: raw).truncated(to: Self.widestValue, mark: glyphs.ellipsis)
        }
        let values = value(change.old) + " " + glyphs.arrow + " " + value(change.new)
        return [DisplayText(change.name, limit: 60) + " " + values]
    }
}
