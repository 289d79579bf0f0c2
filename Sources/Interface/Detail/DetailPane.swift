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
    static let toggleFold = ActionID("toggle-fold")
    static let foldAll = ActionID("fold-all")
    static let unfoldAll = ActionID("unfold-all")
    static let toggleHex = ActionID("toggle-hex")
    static let showAttempts = ActionID("show-attempts")
}

/// The event that was opened: what it changed, its record, what is sent, and what became of that.
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
            "Close the detail, show all events again, or take all marks",
            hint: "close",
            in: [.detail, .events],
            isSilent: true
        ),
        Action(
            .toggleFold,
            [.enter, .space],
            "Fold or unfold what the cursor is on",
            hint: "fold",
            in: [.detail, .compare],
            isCommand: false
        ),
        Action(
            .foldAll,
            [.character("-")],
            "Fold all of the detail",
            hint: "fold all",
            in: [.detail]
        ),
        Action(.unfoldAll, [.character("+")], "Unfold all of the detail", hint: "unfold all", in: [.detail]),
        Action(
            .toggleHex,
            [.character("x")],
            "Show the raw body in hexadecimal digits, or as text",
            hint: "hex",
            in: [.detail]
        ),
        Action(
            .showAttempts,
            [.character("A")],
            "Show the attempts of the open event: how each ended, and why",
            hint: "attempts",
            in: [.detail]
        ),
    ]

    var open: OpenEvent?
    /// What is looked for in it.
    var finding: DetailFind?
    /// What the list said last: only where it moves on, the detail goes with it.
    private var selection: Int64?
    /// What the cursor is on, as it would be copied.
    private var field: (of: FieldKey, text: ReadField?)?
    private var memory = DetailMemory()
    /// Whether it opens again on the event that is selected next: it was open in the last run, or for another instance.
    private var opensAgain = false
    /// Whether a person has just opened it, and what they opened is not there yet.
    private var isOpening = false
    /// What the rows have on the screen.
    private var room = Size(width: 1, height: 1)

    /// What decides about the field under the cursor.
    private struct FieldKey: Hashable {
        let rows: DetailRows.Key
        let cursor: Int
        let count: Int
    }

    var isOpen: Bool { open != nil }

    /// Keys that follow the opening scroll what is not there before it is read.
    var isUnderWay: Bool { isOpening && open?.detail == nil && open?.failure == nil }

    mutating func stayHere() { isOpening = false }

    func title(_ context: DashboardContext) -> String { "Detail" }

    func contexts(_ context: DashboardContext) -> [ActionContext] { (finding?.line.contexts ?? []) + [Self.context] }

    func acceptsLetter(_ letter: Character) -> Bool { finding?.line.isTyping == true }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        guard finding?.line.isTyping == true else { return }
        finding?.line.insert(text)
        if let field = finding?.line.field { effects.warn(ifCut: field) }
    }

    func hints(_ context: DashboardContext) -> [Hint] {
        if finding?.line.isTyping == true { return [.action(.keepFind), .action(.endFind)] }
        // On a line that holds nothing its key does nothing.
        let fold: [Hint] = open?.canFold == true ? [.action(.toggleFold)] : []
        if finding != nil {
            return [.action(.nextHit), .action(.previousHit), .action(.find), .action(.endFind), .action(.nextTab)]
                + fold + [.action(.copy)]
        }
        let first: [Hint] = [.action(.replay), .action(.nextTab)]
        let way: [Hint] = open?.tab == .raw ? [.action(.toggleHex)] : fold
        let next: [Hint] = [
            .action(.closeDetail), .action(.copy), .action(.find), .action(.nextFailure),
            .action(.follow, context.isFollowing ? "pause" : nil), .action(.showStory), .action(.compare),
        ]
        let all: [Hint] = open?.hasFolds == true ? [.action(.foldAll)] : []
        let last: [Hint] = [.action(.palette), .action(.replayMany)]
        return first + way + next + all + last
    }

    func publish(to context: inout DashboardContext) {
        context.openEvent = open.map { ($0.sequence, $0.detail) }
        context.openField = field?.text.map { ($0.path, $0.value) }
    }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) {
        close()
        opensAgain = memory.isOpen
    }

    // MARK: Doing

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .closeDetail where context.escape != nil: nil
        case .closeDetail, .focusDetail, .nextTab, .previousTab, .toggleFold, .foldAll, .unfoldAll, .toggleHex,
            .showAttempts:
            open == nil ? "No event is open; \(context.key(.openDetail)) opens the selected one." : nil
        case .nextHit, .previousHit: findObstacle(context)
        default: nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        if context.focus == Self.id, performInFind(action) { return true }
        switch action {
        case .closeDetail where context.escape == .detail:
            close()
            rememberOpen(false, &effects)
            effects.focus(.events)
        case .find where context.focus == Self.id: openFind()
        case .nextHit where context.focus == Self.id: seekHit(forward: true)
        case .previousHit where context.focus == Self.id: seekHit(forward: false)
        case .nextTab: turn(by: 1, context, &effects)
        case .previousTab: turn(by: -1, context, &effects)
        case .showAttempts: turn(to: .attempts, context, &effects)
        case .toggleFold: if open?.toggleFold() == false { effects.say(.info, "Nothing folds in this line.") }
        case .foldAll, .unfoldAll:
            if open?.fold(all: action == .foldAll) == false { effects.say(.info, "Nothing folds in this tab.") }
        case .toggleHex:
            open?.toggleHex()
            rememberTab(context, &effects)
        default: return context.focus == Self.id && move(action)
        }
        return true
    }

    private mutating func close() {
        open = nil
        finding = nil
        field = nil
        isOpening = false
    }

    /// Moves through the rows; false if it is no action that does.
    private mutating func move(_ action: ActionID) -> Bool {
        guard let page else { return ListMotion(action, page: 1) != nil }
        return open?.reader.perform(action, on: page) ?? false
    }

    var page: RowReader.Page? { open?.rows.map { RowReader.Page($0.content.source, room) } }

    private mutating func turn(by step: Int, _ context: DashboardContext, _ effects: inout Effects) {
        guard let tab = open?.tab else { return }
        let count = DetailTab.allCases.count
        turn(to: DetailTab(rawValue: (tab.rawValue + step + count) % count) ?? .record, context, &effects)
    }

    private mutating func turn(to tab: DetailTab, _ context: DashboardContext, _ effects: inout Effects) {
        open?.turn(to: tab)
        rememberTab(context, &effects)
    }

    // MARK: Remembering

    private mutating func rememberOpen(_ isOpen: Bool, _ effects: inout Effects) {
        opensAgain = false
        memory.isOpen = isOpen
        effects.remember(memory)
    }

    /// The tab that is shown is the one for events of this kind from now on.
    private mutating func rememberTab(_ context: DashboardContext, _ effects: inout Effects) {
        guard let open else { return }
        let selected = context.selection.flatMap { $0.sequence == open.sequence ? $0.change : nil }
        guard let change = open.detail?.event.change ?? selected else { return }
        memory.choose(open.tab, for: change)
        effects.remember(memory)
    }

    /// The focus stays where it is: nobody has asked for it now.
    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) {
        guard opensAgain, open == nil, let event = context.selection else { return }
        opensAgain = false
        selection = event.sequence
        open = OpenEvent(event.sequence, tab: memory.tab(of: event))
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let tab = part as? DetailTab { turn(to: tab, context, &effects) }
        if part is FindField { finding?.line.reopen() }
        guard let row = part as? ReadRow, let page else { return }
        // The click that brings the focus only selects.
        if open?.reader.press(row, on: page) == true, hadFocus { _ = open?.toggleFold() }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { if let page { open?.reader.scroll(by: rows, on: page) } }

    // MARK: What it hears

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let moved as SelectionMoved:
            accept(moved)
        case let opened as EventOpened:
            let event = opened.event
            isOpening = true
            selection = context.selection?.sequence
            if open == nil {
                open = OpenEvent(event.sequence, tab: memory.tab(of: event))
            } else {
                open?.show(event.sequence)
            }
            rememberOpen(true, &effects)
            effects.focus(.detail)
        default: break
        }
    }

    private mutating func accept(_ moved: SelectionMoved) {
        let isWanted =
            switch moved.cause {
            case .moved: moved.sequence != selection
            case .sought: moved.sequence != open?.sequence
            case .byItself: false
            }
        if isWanted {
            open?.show(moved.sequence)
            isOpening = false
        }
        selection = moved.sequence
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .start:
            memory = context.memory[DetailMemory.self]
            opensAgain = memory.isOpen
        case .notice(.deliveries(let ids)): if open?.concerns(ids) == true { open?.invalidate() }
        case .detail(let sequence, let result):
            open?.accept(sequence, result, memory)
            if open?.detail != nil || open?.failure != nil { isOpening = false }
        case .replayed(let sequence, _): if open?.sequence == sequence { open?.invalidate() }
        default: break
        }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard context.instances.list != nil else { return [] }
        return open?.nextLoad().map { [$0] } ?? []
    }

    /// Lays the rows out, keeps the place inside them, and reads what the cursor is on.
    mutating func settle(in rect: Rect?, _ context: DashboardContext) {
        guard let content = rect.map(content), open != nil else { return }
        room = content.size
        open?.layOut(width: content.width, isUnfolded: finding?.query != nil, context)
        open?.settle(room)
        findAgain()
        guard let open, let rows = open.rows else { return }
        let cursor = open.reader.cursor
        let key = FieldKey(rows: rows.key, cursor: cursor, count: rows.content.source.count)
        if field?.of != key { field = (key, rows.field(of: cursor)) }
    }
}
