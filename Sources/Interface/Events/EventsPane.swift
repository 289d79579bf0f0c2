import Domain
import Drawing
import EngineAPI
import Primitives

extension PaneID {
    static let events = PaneID("Events")
}

extension ActionContext {
    static let events = ActionContext.pane(.events, including: [.list])
}

/// The live list of events, with what became of each at the callback.
struct EventsPane: Pane {
    /// A row, as the mouse hits it.
    struct Row {
        let sequence: Int64
    }

    static let id = PaneID.events
    static let place = PanePlace.main
    static let context = ActionContext.events

    /// The rows around what is in view.
    var window = EventWindow()
    /// Of all events of the instance.
    var counts = CountsLoad()
    /// Of those that the filter finds.
    var matches = CountsLoad(.matches)
    var filtering = EventFiltering()
    /// Whether the list shows the events of all instances.
    var showsAll = false
    var columnMemory = ColumnMemory()
    /// While it follows: what the rows needed so far.
    var steady: SteadyColumns?
    /// The day above the list.
    var heat = HeatStrip()
    /// What is looked for; nil: nothing.
    var finding: ListFind?
    var findTokens = WindowTokens()
    /// Where the events of the filter are in the history, and which failed.
    var spread = HistogramLoad(.list, pause: 5000)
    /// Single replays: of the selected event, one at a time.
    var replays = SingleReplays()
    /// What it showed of other instances.
    var kept: [KeptView] = []
    /// Where it stands; nil while it is not on the screen.
    private(set) var rect: Rect?

    func title(_ context: DashboardContext) -> String { "Events" }

    func contexts(_ context: DashboardContext) -> [ActionContext] {
        if filtering.line != nil { return [.filterLine, Self.context] }
        return (finding?.line.contexts ?? []) + [Self.context]
    }

    func acceptsLetter(_ letter: Character) -> Bool { filtering.line != nil || isFindTyped }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        guard filtering.line != nil else {
            guard isFindTyped else { return }
            finding?.line.insert(text)
            if let field = finding?.line.field { effects.warn(ifCut: field) }
            return findTyped(context, &effects)
        }
        filtering.line?.insert(text)
        if let field = filtering.line?.field { effects.warn(ifCut: field) }
        filterTyped(context)
    }

    func hints(_ context: DashboardContext) -> [Hint] {
        if let line = filtering.line { return hints(line) }
        if let finding {
            if finding.line.isTyping { return [.action(.keepFind), .action(.endFind, "back")] }
            return [
                .action(.nextHit), .action(.previousHit), .action(.endFind), .action(.openDetail), .action(.filter),
                .action(.palette),
            ]
        }
        let poll: [Hint] = context.isPolled ? [.action(.pollNow)] : []
        let back: [Hint] = showsAll ? [.action(.allInstances, "one instance")] : []
        let all: [Hint] = !showsAll && context.hasSeveralInstances ? [.action(.allInstances)] : []
        let others: [Hint] = [.action(.palette), .action(.replayMany), .action(.switchInstance)]
        let rest = back + [Hint.action(.focusForm)] + poll + others + all
        let filter: [Hint] = filtering.isOn ? [.action(.filter)] : []
        // Without a row most keys have nothing to be about.
        guard !window.rows.isEmpty else { return filter + rest }
        return [
            .action(.openDetail), .action(.replay, replayHint(context)),
            .action(.follow, window.isFollowing ? "pause" : nil),
            .action(.filter), .action(.nextFailure), .action(.copy),
        ] + rest
    }

    func publish(to context: inout DashboardContext) {
        context.selection = window.selectedRow
        context.totals = counts.value
        context.isFollowing = window.isFollowing
        context.replaying = replays.running
        context.replaysElsewhere = replays.elsewhere
        context.eventFilter = filtering.text
        context.shownFilter = window.filter
        context.showsAllInstances = showsAll
        let shown = (filtering.isOn ? matches : counts).value
        context.shownTotal = shown?.isCut == true ? nil : shown?.total
        context.savedFilters = savedFilters(context)
        context.deletedFilters = filtering.deleted
    }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) {
        keepView()
        var filter = EventFilter()
        if let instance { filter.instanceIDs = [instance.id] }
        showsAll = false
        window.reset(filter)
        counts.reset()
        matches.reset()
        filtering.clear()
        finding = nil
        spread.reset()
        heat.reset()
        if let instance { restoreView(of: instance.id, context) }
    }

    mutating func settle(in rect: Rect?, _ context: DashboardContext) {
        self.rect = rect
        renewInstances(context)
        renewFilter(context)
        // Less the border and the column heads.
        let line = rect.map { linesBelow(in: $0) + heatRows(in: $0, context) } ?? 0
        window.clock = context.settings.clock
        window.readAuthors(columnChoice(context)[.changedBy] != nil)
        if let rect { settleHeat(in: rect, context) }
        guard let rows = rect.map({ max(1, $0.height - 3 - line) }) else { return }
        if rows != window.height {
            window.height = rows
            // The list became shorter or longer: the selected row stays in view.
            if !window.isFollowing, let selected = window.selected { window.select(selected) }
        }
        window.see()
        // Less the borders and their margins.
        if let rect { steadyColumns(width: rect.width - 4, context) }
    }

    var isUnderWay: Bool { isOfInstance && window.isUnderWay }

    mutating func stayHere() { window.stayHere() }

    // MARK: Loading

    /// Whether there is an instance whose events these are; a filter without one finds those of all.
    private var isOfInstance: Bool { !window.filter.instanceIDs.isEmpty }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard context.instances.list != nil, isOfInstance else { return [] }
        var all = EventFilter()
        all.instanceIDs = window.filter.instanceIDs
        let found = filtering.isOn ? matches.nextLoad(window.filter, at: context.due) : nil
        return [window.nextLoad(at: context.due), counts.nextLoad(all, at: context.due), found].compactMap { $0 }
            + positionLoads(context) + (heatLoad(context).map { [$0] } ?? [])
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        let found = filtering.isOn ? matches.nextDeadline : nil
        let loads =
            context.instances.list == nil || !isOfInstance
            ? [] : [window.nextDeadline, counts.nextDeadline, found] + positionDeadlines() + [heatDeadline(context)]
        return (loads + [countdownDeadline(context), renewalDeadline]).compactMap { $0 }.min()
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .start:
            filtering.memory = context.memory[FilterMemory.self]
            columnMemory = context.memory[ColumnMemory.self]
            heat.memory = context.memory[HeatMemory.self]
        case .notice(.stored(let count, let last)):
            // Which of them the filter finds is known once they are read.
            let areAllShown = (showsAll || !context.hasSeveralInstances) && !filtering.isOn
            window.recordStored(count, upTo: last, areAllShown: areAllShown)
            invalidateCounts()
        case .notice(.deliveries(let ids)):
            window.recordDeliveries(ids)
            invalidateCounts()
        case .page(let token, let result): accept(token, result, context, &effects)
        case .counts(let token, let result):
            counts.accept(token: token, result, at: context.due)
            matches.accept(token: token, result, at: context.due)
        case .histogram(let use, let token, let result):
            accept(use, token: token, result, context)
        case .replayed(let sequence, let result):
            window.recordDeliveries([])
            replays.accept(sequence, result, context, &effects)
        default: break
        }
    }

    mutating func invalidateCounts() {
        counts.invalidate()
        matches.invalidate()
        spread.invalidate()
        heat.invalidate()
        finding?.hits.invalidate()
    }

    /// What was asked of a node that was lost may never be answered.
    mutating func restartLoads() {
        window.restart()
        counts.restart()
        matches.restart()
        spread.restart()
        heat.restart()
        finding?.hits.restart()
    }

    private mutating func accept(
        _ token: Int,
        _ result: Result<EventPage, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let before = window.failure
        guard let purpose = window.accept(token: token, result, at: context.due) else { return }
        if let failure = window.failure, failure != before, context.instances.loss == nil {
            effects.say(.failure, "Events can't be read: \(failure)", on: .readingEvents)
        }
        if before != nil, window.failure == nil { effects.settle(.readingEvents) }
        if case .success(let page) = result { say(gone: purpose, page, context, &effects) }
        if case .search(let search) = purpose, search.part == .done {
            if search.target == .failure {
                failureFound(search, &effects)
                // The list may have stood there all along, while the detail was elsewhere.
                let isSelected = search.nearest != nil && search.nearest == window.selected
                if isSelected { announceSelection(because: .sought, &effects) }
            }
            if search.target == finding?.target { hitFound(search) }
        }
        announceSelection(because: window.isFollowing ? .byItself : .moved, &effects)
    }

    private func failureFound(_ search: RowSearch, _ effects: inout Effects) {
        if search.hasWrapped, search.nearest != nil {
            let end = search.forward ? "last" : "first"
            effects.say(.info, "That was the \(end) failure; this is the \(search.forward ? "first" : "last") one.")
        }
        if search.isVain, window.failure == nil {
            effects.say(.info, "No delivery or replay has failed\(filtering.isOn ? " among these" : "").")
        }
    }

    /// The open detail is that of the selected event.
    func announceSelection(because cause: SelectionMoved.Cause = .moved, _ effects: inout Effects) {
        if let selected = window.selected { effects.post(SelectionMoved(sequence: selected, cause: cause)) }
    }

    // MARK: Mouse

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let field = part as? FilterField {
            guard let line = filtering.line else { return }
            filtering.line?.place(cursor: line.field.position(ofColumn: point.x - field.x, width: field.width))
            return
        }
        if let column = part as? HeatColumn { return goTo(heat.end(of: column.number), &effects) }
        if let field = part as? FindField {
            openFind(&effects)
            finding?.line.click(column: point.x - field.x, width: field.width)
            return
        }
        guard let row = part as? Row else { return }
        window.pause()
        if window.selected == row.sequence, context.openEvent?.sequence != row.sequence {
            openDetail(&effects)
        } else {
            window.select(row.sequence)
            announceSelection(&effects)
        }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        window.scroll(by: rows)
        announceSelection(&effects)
    }
}

/// Posted when another event is selected, so that what shows it can follow.
struct SelectionMoved: DashboardEvent {
    enum Cause {
        /// A person moved it, or what they wanted was read.
        case moved
        /// A person looked for this event, wherever the selection was.
        case sought
        /// The list follows: nobody has asked for another event.
        case byItself
    }

    let sequence: Int64
    let cause: Cause
}

/// Posted to open an event.
struct EventOpened: DashboardEvent {
    let event: EventSummary
}
