import Domain
import Drawing
import EngineAPI
import Primitives

extension EventsPane {
    /// The columns that somebody chose, or those of the configuration file.
    func columnChoice(_ context: DashboardContext) -> ColumnChoice { columnMemory.choice ?? context.settings.columns }

    /// The columns as the rows on the screen need them; while the list follows, also as those did that have gone by.
    func columns(width: Int, _ context: DashboardContext) -> ColumnLayout {
        var content = content(width: width, context)
        if let steady, steady.key == steadyKey(width: width) { content.formUnion(steady.content) }
        return ColumnLayout(width: width, shownChoice(context), content: content)
    }

    /// Keeps what the rows needed that go by, so that nothing moves sideways as long names come and go.
    mutating func steadyColumns(width: Int, _ context: DashboardContext) {
        guard window.isFollowing else { return steady = nil }
        let key = steadyKey(width: width)
        let newest = window.rows.last?.sequence
        guard steady?.key != key || steady?.newest != newest else { return }
        var content = content(width: width, context)
        if let steady, steady.key == key { content.formUnion(steady.content) }
        steady = SteadyColumns(key: key, newest: newest, content: content)
    }

    private func steadyKey(width: Int) -> SteadyColumns.Key {
        .init(width: width, filter: filtering.text, instances: window.filter.instanceIDs)
    }

    private func content(width: Int, _ context: DashboardContext) -> ColumnLayout.Content {
        let plain = ColumnLayout(width: width, shownChoice(context))
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
        return content
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
            let values = event.valueNotes(columns: place.width, glyphs: context.glyphs)
            let notes = values + event.fieldNotes.map { DisplayText($0) }
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
        case .instance:
            let name = context.instances[event.instanceID]?.name ?? "instance \(event.instanceID)"
            painter.canvas.draw(DisplayText(name, limit: 60), in: place, style: dim)
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
        let values = showsFields ? event.valueNotes(columns: room.width - own - 1, glyphs: glyphs) : []
        let notes = values + (showsFields ? event.fieldNotes.map { DisplayText($0) } : [])
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
    /// Columns that a value has in a row at least, where it is as long.
    private static let leastValue = 24

    /// `Email ada@old → ada@new`, where one field changed alone; values longer than their share of the room are cut.
    func valueNotes(columns: Int, glyphs: Glyphs) -> [DisplayText] {
        guard !isUndelete, let change = onlyChange else { return [] }
        let name = DisplayText(change.name, limit: 60)
        let (old, new) = (DisplayText(fieldValue: change.old), DisplayText(fieldValue: change.new))
        let arrow = " " + glyphs.arrow + " "
        let room = columns - name.width - 1 - arrow.width
        // What one of them does not need is the other's.
        func share(_ value: DisplayText, beside other: DisplayText) -> Int {
            max(Self.leastValue, room / 2, room - other.width)
        }
        let shownOld = old.truncated(to: share(old, beside: new), mark: glyphs.ellipsis)
        let shownNew = new.truncated(to: max(Self.leastValue, room - shownOld.width), mark: glyphs.ellipsis)
        return [name + " " + shownOld + arrow + shownNew]
    }
}
