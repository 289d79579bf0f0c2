import Domain
import Drawing
import EngineAPI
import Primitives

/// The records that change most, with how often; one of them leads to its story.
struct BusyList: Overlay {
    /// A row, as the mouse hits it.
    struct Row {
        let record: BusyRecord.Key
    }

    let instance: InstanceID
    private var load = StatisticsLoad()
    /// What a person chose: it stays with its record while the counts change.
    private var selected: BusyRecord.Key?

    init(_ instance: InstanceID) { self.instance = instance }

    func title(_ context: DashboardContext) -> String { "Records that change most" }

    func hints(_ context: DashboardContext) -> [Hint] {
        busiest?.records.isEmpty == false ? [.action(.choose, "story"), .action(.close)] : [.action(.close)]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.busyRecords] }

    // MARK: Input

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let records = busiest?.records ?? []
        let index = selection(records)
        switch action {
        case .close, .busyRecords: effects.close()
        case .choose: if let index { effects.post(StoryWanted(event: records[index].newest)) }
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 8)) else { return false }
            if let index { selected = records[motion.index(from: index, count: records.count)].key }
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
        let records = busiest?.records ?? []
        // As in other lists, the first click chooses and a second one goes there.
        if let index = selection(records), records[index].key == row.record { _ = perform(.choose, context, &effects) }
        selected = row.record
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let records = busiest?.records ?? []
        guard let index = selection(records) else { return }
        selected = records[ListMotion.rows(rows).index(from: index, count: records.count)].key
    }

    // MARK: What it hears

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        load.receive(message)
    }

    /// The event that was opened out of a story stands below it.
    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if event is EventOpened { effects.close() }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        load.turn(to: instance)
        return load.nextLoad(at: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? { load.deadline(at: context.due) }

    // MARK: Drawing

    /// Nil until it is known.
    private var busiest: BusyRecords? {
        load.statistics?.instance.flatMap { $0.id == instance ? $0.events.busiest : nil }
    }

    private func selection(_ records: [BusyRecord]) -> Int? {
        records.isEmpty ? nil : records.firstIndex { $0.key == selected } ?? 0
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let records = busiest?.records ?? []
        let width = min(96, rect.width - 2)
        let rows = records.isEmpty ? nothing(context).wrapped(to: width - 4).count : records.count
        let inner = painter.window(
            Size(width: width, height: rows + 4),
            title: DisplayText("Records that change most in \(context.instances[instance]?.name ?? "")", limit: 200),
            footer: records.isEmpty
                ? context.offers((.close, "closes")) : context.offers((.choose, "tells its story"), (.close, "closes"))
        )
        var rest = inner
        let since = rest.cutBottom(rest.height > 2 ? 1 : 0)
        if rest.height > 1 { _ = rest.cutBottom(1) }
        guard let index = selection(records) else {
            return painter.sentence(nothing(context), in: rest)
        }
        let first = min(max(0, index - rest.height + 1), max(0, records.count - rest.height))
        for (row, record) in records.dropFirst(first).prefix(rest.height).enumerated() {
            paint(record, isSelected: first + row == index, in: rest.row(row), &painter)
        }
        painter.scrollbar(total: records.count, offset: first, beside: rest)
        if let moment = busiest?.since { painter.canvas.draw(context.counted(since: moment).on(.overlay), in: since) }
    }

    private func nothing(_ context: DashboardContext) -> StyledText {
        if let failure = load.failure { return context.unread(failure) }
        if busiest == nil { return StyledText("Counting…", .dim) }
        return StyledText("No record changed more than once lately.", .dim)
    }

    private func paint(_ record: BusyRecord, isSelected: Bool, in row: Rect, _ painter: inout Painter) {
        let context = painter.context
        var room = row
        let ground = painter.beginRow(&room, isSelected: isSelected)
        painter.canvas.draw(
            DisplayText(record.events.grouped),
            in: room.cutLeft(7),
            .right,
            style: Style(.text, on: ground)
        )
        _ = room.cutLeft(2)
        if row.width >= 44 {
            let last = "last " + context.shortClock(record.newest.receivedAt)
            painter.canvas.draw(last, in: room.cutRight(last.width), style: Style(.dim, on: ground))
            _ = room.cutRight(2)
        }
        let object = DisplayText(record.newest.object, limit: 60)
        painter.canvas.draw(
            object,
            in: room.cutRight(min(object.width, room.width / 3)),
            style: Style(.dim, on: ground)
        )
        _ = room.cutRight(2)
        let name = DisplayText(record.newest.shownName ?? record.newest.recordID, limit: room.width + 1)
        painter.canvas.draw(name, in: room, style: Style(.text, on: ground))
        painter.hit(row, part: Row(record: record.key))
    }
}

extension BusyRecord {
    struct Key: Sendable, Hashable {
        let object: String
        let record: String
    }

    var key: Key { Key(object: newest.object, record: newest.recordID) }
}

extension DashboardContext {
    /// `events since 14:02:11`: where more came within a day than is looked at, that is no whole day.
    func counted(since moment: Timestamp) -> StyledText {
        let isDay = now.since(moment) >= BusyRecords.span - 60_000
        return StyledText(isDay ? "events of the last 24 hours" : "events since " + shortClock(moment), .dim)
    }
}
