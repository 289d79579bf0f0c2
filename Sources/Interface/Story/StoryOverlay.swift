import Domain
import Drawing
import EngineAPI
import Primitives

/// The story of a record in a window: each event with what it changed and what became of it, the newest last.
struct StoryOverlay: Overlay {
    private var story: StoryOfRecord
    private var reader = RowReader()
    private var laid: (key: Key, rows: LaidRows)?
    /// Whether the view has been put on the event that it was opened at.
    private var isPlaced = false

    private struct Key: Hashable {
        let revision: Int
        let width: Int
        let minute: Int64
        let replaying: Set<Int64>
    }

    init(_ story: StoryOfRecord) { self.story = story }

    func title(_ context: DashboardContext) -> String { "Story of \(story.name ?? story.recordID)" }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.story] }

    func hints(_ context: DashboardContext) -> [Hint] {
        let open: [Hint] = story.entries.isEmpty ? [] : [.action(.submit, "open")]
        return open
            + [.action(.close), .action(.selectUp), .action(.selectDown), .action(.first), .action(.last)]
    }

    // MARK: Doing

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let page = page(context)
        switch action {
        case .close: effects.close()
        case .submit:
            guard story.entries.indices.contains(reader.cursor) else { break }
            effects.close()
            effects.post(EventOpened(event: story.entries[reader.cursor].event))
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
        if reader.press(row, on: page(context)) { _ = perform(.submit, context, &effects) }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { reader.scroll(by: rows, on: page(context)) }

    // MARK: What it hears

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        let isAtEnd = story.reachesNewest && reader.cursor == story.entries.count - 1
        let count = story.entries.count
        switch message {
        case .notice(.stored): story.recordStored()
        case .notice(.deliveries(let ids)): story.recordDeliveries(ids)
        case .replayed: story.recordDeliveries([])
        case .page(let token, let result): story.accept(token: token, result, at: context.due)
        case .detail(let sequence, let result): story.accept(sequence, result)
        default: return
        }
        reader.insert(rows: story.dequeueInserted())
        layOut(context)
        let page = page(context)
        if !isPlaced, story.hasLoaded {
            isPlaced = true
            reader.go(to: story.startRow ?? story.entries.count - 1, on: page)
        } else if isAtEnd, story.entries.count > count {
            // Who stands on the newest sees what comes.
            reader.go(to: story.entries.count - 1, on: page)
        }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        layOut(context)
        reader.settle(on: page(context))
        return story.loads(visible: reader.visibleRows(page(context)), at: context.due)
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        story.deadline(visible: reader.visibleRows(page(context)))
    }

    // MARK: Drawing

    private static let chrome = Size(width: 6, height: 4)
    private static let widest = 120

    /// The room inside the window at the present size.
    private func room(_ context: DashboardContext) -> Size {
        let size = context.settings.size
        return Size(
            width: max(8, min(Self.widest, size.width - 2) - 4),
            height: max(1, size.height - Self.chrome.height)
        )
    }

    private func page(_ context: DashboardContext) -> RowReader.Page {
        RowReader.Page(rows(context), room(context))
    }

    private func key(_ context: DashboardContext) -> Key {
        Key(
            revision: story.revision,
            width: room(context).width,
            minute: context.now.milliseconds / 60_000,
            replaying: context.replaying
        )
    }

    private mutating func layOut(_ context: DashboardContext) {
        let key = key(context)
        if laid?.key != key { laid = (key, context.storyRows(story, width: room(context).width)) }
    }

    private func rows(_ context: DashboardContext) -> LaidRows {
        if let laid, laid.key == key(context) { return laid.rows }
        return context.storyRows(story, width: room(context).width)
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let room = room(context)
        let name = story.name.map { $0 + "  " } ?? ""
        let inner = painter.window(
            Size(width: room.width + 4, height: room.height + 2),
            title: DisplayText("Story of \(story.object) \(name)\(story.recordID)", limit: 400),
            footer: story.entries.isEmpty
                ? context.offers((.close, "closes")) : context.offers((.submit, "opens"), (.close, "closes"))
        )
        painter.paint(
            page(context),
            reader,
            in: inner,
            selection: .selection,
            on: .overlay,
            scrollbar: Rect(x: inner.maxX + 1, y: inner.y, width: 1, height: inner.height)
        )
    }
}
