import Domain
import Drawing
import EngineAPI

extension PaneID {
    static let detail = PaneID("Detail")
}

extension ActionContext {
    static let detail = ActionContext.pane(.detail, including: [.list])
}

extension ActionID {
    static let nextTab = ActionID("next-tab")
    static let previousTab = ActionID("previous-tab")
    static let closeDetail = ActionID("close-detail")
}

/// The event that was opened: its payload, its changed fields and what became of its deliveries.
struct DetailPane: Pane {
    static let id = PaneID.detail
    static let place = PanePlace.below
    static let context = ActionContext.detail
    static let actions: [Action] = [
        Action(
            .nextTab,
            [.right, .character("l")],
            "Next tab of the detail",
            hint: "next tab",
            in: [.detail],
            isCommand: false
        ),
        Action(
            .previousTab,
            [.left, .character("h")],
            "Previous tab of the detail",
            hint: "previous tab",
            in: [.detail],
            isCommand: false
        ),
        Action(
            .closeDetail,
            [.escape],
            "Close the detail, or show all events again",
            hint: "close",
            in: [.detail, .events],
            isSilent: true
        ),
    ]

    private(set) var open: OpenEvent?
    /// Whether a person has just opened it.
    private var isOpening = false
    /// Rows that the lines have.
    private var height = 1

    var isOpen: Bool { open != nil }

    /// Keys that follow the opening scroll what is not there before it is read.
    var isUnderWay: Bool { isOpening && open?.detail == nil && open?.failure == nil }

    mutating func stayHere() { isOpening = false }

    func title(_ context: DashboardContext) -> String { "Detail" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [
            .action(.replay), .action(.nextTab), .action(.closeDetail), .action(.copy), .action(.nextFailure),
            .action(.follow, context.isFollowing ? "pause" : nil), .action(.palette), .action(.replayMany),
        ]
    }

    func publish(to context: inout DashboardContext) { context.openEvent = open.map { ($0.sequence, $0.detail) } }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) { open = nil }

    // MARK: Doing

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .closeDetail where open == nil && !context.eventFilter.isEmpty: nil
        case .closeDetail, .focusDetail, .nextTab, .previousTab:
            open == nil ? "No event is open; \(context.key(.openDetail)) opens the selected one." : nil
        default: nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .closeDetail:
            open = nil
            isOpening = false
            effects.focus(.events)
        case .nextTab: turn(by: 1)
        case .previousTab: turn(by: -1)
        default: return context.focus == Self.id && move(action)
        }
        return true
    }

    /// Moves through the lines; false if it is no action that does.
    private mutating func move(_ action: ActionID) -> Bool {
        switch ListMotion(action, page: max(1, height - 1)) {
        case .rows(let rows): open?.scroll += rows
        case .first: open?.scroll = 0
        case .last: open?.scroll = .max / 2
        case nil: return false
        }
        return true
    }

    private mutating func turn(by step: Int) {
        guard let tab = open?.tab else { return }
        let count = OpenEvent.Tab.allCases.count
        turn(to: OpenEvent.Tab(rawValue: (tab.rawValue + step + count) % count) ?? .payload)
    }

    private mutating func turn(to tab: OpenEvent.Tab) {
        open?.tab = tab
        open?.scroll = 0
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let tab = part as? OpenEvent.Tab { turn(to: tab) }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { open?.scroll += rows }

    // MARK: What it hears

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let moved as SelectionMoved: open?.show(moved.sequence)
        case let opened as EventOpened:
            let event = opened.event
            isOpening = true
            if open == nil {
                open = OpenEvent(event.sequence, tab: event.changedFieldNames.isEmpty ? .payload : .changes)
            } else {
                open?.show(event.sequence)
            }
            effects.focus(.detail)
        default: break
        }
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .notice(.deliveries(let ids)): if open?.concerns(ids) == true { open?.invalidate() }
        case .detail(let sequence, let result): open?.accept(sequence, result)
        case .replayed(let sequence, _): if open?.sequence == sequence { open?.invalidate() }
        default: break
        }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard context.instances.list != nil else { return [] }
        return open?.nextLoad().map { [$0] } ?? []
    }

    /// Lays the lines out, and keeps the scroll inside them.
    mutating func settle(in rect: Rect?, _ context: DashboardContext) {
        let content = rect.map(Self.content)
        height = content?.height ?? 2
        guard let content, let before = open else { return }
        open?.layOut(width: content.width, context)
        guard before.scroll != 0 else { return }
        let lines = open?.layout?.lines.count ?? 0
        open?.scroll = min(max(0, before.scroll), max(0, lines - content.height))
    }
}
