import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionID {
    static let openDetail = ActionID("open-detail")
    static let replay = ActionID("replay")
    static let follow = ActionID("follow")
    static let nextFailure = ActionID("next-failure")
    static let previousFailure = ActionID("previous-failure")
}

extension EventsPane {
    static let actions: [Action] =
        FilterLine.actions + SavedFilterList.actions + StateTurn.actions + FindLine.actions + ColumnDialog.actions
        + HeatStrip.actions + TimeJump.actions + [
            Action(.openDetail, [.enter], "Open the selected event", hint: "details", in: [.events], onlyShows: true),
            Action(
                .replay,
                [.character("r")],
                "Replay the selected event, or the marked ones",
                hint: "replay",
                in: [.events, .detail]
            ),
            Action(
                .follow,
                [.character("f")],
                "Follow new events, or stop following",
                hint: "follow",
                in: [.events, .detail]
            ),
            Action(
                .nextFailure,
                [.character("e")],
                "Go to the next failed delivery",
                hint: "next failure",
                in: [.events, .detail]
            ),
            Action(
                .previousFailure,
                [.character("E")],
                "Go to the previous failed delivery",
                hint: "previous failure",
                in: [.events, .detail]
            ),
        ] + instanceActions

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .openDetail: window.selected == nil ? "No event is selected." : nil
        case .replay where ReplayFeature.replaysMarked(context): nil
        case .replay: replays.obstacle(to: context.subject, context)
        case .filter: context.instance == nil ? "There are no events to filter yet." : nil
        case .allInstances: instancesObstacle(context)
        case .goToTime: window.rows.isEmpty ? "There are no events yet." : nil
        case .earlier, .later: context.focus == Self.id ? heatObstacle(context) : nil
        case .savedFilters, .turnStates: context.instance == nil ? "There are no events to filter yet." : nil
        case .saveFilter: saveObstacle(context)
        case .find: window.rows.isEmpty && finding == nil ? "There are no events yet." : nil
        case .nextHit, .previousHit: context.focus == Self.id ? findObstacle(context) : nil
        case .nextFailure, .previousFailure: window.rows.isEmpty ? "There are no events yet." : nil
        default: nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        if performInLine(action, context, &effects) || performInFind(action, context, &effects) { return true }
        switch action {
        case .allInstances: toggleInstances(context)
        case .goToTime: effects.open(TimeJump())
        case .heatStrip: toggleHeat(context, &effects)
        case .earlier: moveInDay(by: -1, &effects)
        case .later: moveInDay(by: 1, &effects)
        case .chooseColumns:
            effects.open(ColumnDialog(columnChoice(context), listWidth: rect.map { $0.width - 4 } ?? 76))
        case .savedFilters: effects.open(SavedFilterList())
        case .saveFilter: openSaveDialog(context, &effects)
        case .turnStates: turnStates(context, &effects)
        case .find: openFind(&effects)
        case .nextHit: seekHit(forward: true, &effects)
        case .previousHit: seekHit(forward: false, &effects)
        case .filter:
            filtering.open(over: window)
            effects.focus(Self.id)
        case .closeDetail where context.escape == .filter: clearFilter()
        case .openDetail: openDetail(&effects)
        case .replay where ReplayFeature.replaysMarked(context): return false
        case .replay:
            guard let event = context.subject else { break }
            // The row must not slip away from under its outcome.
            if event.sequence == window.selected { window.pause() }
            replays.begin(ReplayWanted(event: event, options: ReplayOptions()), &effects)
        case .follow:
            if window.isFollowing { window.pause() } else { window.follow() }
            announceSelection(because: .byItself, &effects)
        case .nextFailure: seekFailure(forward: true, context, &effects)
        case .previousFailure: seekFailure(forward: false, context, &effects)
        default:
            guard context.focus == Self.id, let motion = ListMotion(action, page: page) else { return false }
            move(motion, &effects)
        }
        return true
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if let chosen = event as? TimeChosen { goTo(chosen, context, &effects) }
        if let opened = event as? EventOpened { follow(opened.event) }
        if event is NodeReturned { restartLoads() }
        if let wanted = event as? ReplayWanted { replays.begin(wanted, &effects) }
        // One that is shown already comes with no other message.
        if let chosen = event as? InstanceChosen, chosen.id != nil { showsAll = false }
        if let given = event as? FilterGiven { show(given, context, &effects) }
        if let chosen = event as? ColumnsChosen {
            columnMemory = ColumnMemory(chosen.choice)
            effects.remember(columnMemory)
        }
        receiveSaved(event, context, &effects)
        if let refused = event as? ActionRefused, refused.action == .replay {
            replays.refuse(context.subject, at: context.due)
        }
    }

    /// Selects what was opened elsewhere, where the list is sure to have it.
    private mutating func follow(_ event: EventSummary) {
        guard window.selected != event.sequence else { return }
        if window.row(of: event.sequence) != nil {
            window.pause()
            window.select(event.sequence)
        } else if !filtering.isOn, window.filter.instanceIDs.contains(event.instanceID) {
            window.want(.around(event.sequence))
        }
    }

    private var page: Int { max(1, window.height - 1) }

    private mutating func move(_ motion: ListMotion, _ effects: inout Effects) {
        switch motion {
        case .rows(let rows): window.move(by: rows)
        case .first: window.moveToOldest()
        case .last:
            window.follow()
            return announceSelection(because: .byItself, &effects)
        }
        announceSelection(&effects)
    }

    /// From what is being looked at: the open event, or the selected one.
    private mutating func seekFailure(forward: Bool, _ context: DashboardContext, _ effects: inout Effects) {
        let open = context.focus == .detail ? context.openEvent?.sequence : nil
        // What has to be read is announced once it is there.
        if window.seek(.failure, forward: forward, from: open) { announceSelection(because: .sought, &effects) }
    }

    mutating func openDetail(_ effects: inout Effects) {
        guard let event = window.selectedRow else { return }
        window.pause()
        effects.post(EventOpened(event: event))
    }
}
