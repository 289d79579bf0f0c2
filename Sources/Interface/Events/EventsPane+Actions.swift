import Domain
import Drawing
import Primitives

extension ActionID {
    static let openDetail = ActionID("open-detail")
    static let replay = ActionID("replay")
    static let follow = ActionID("follow")
    static let nextFailure = ActionID("next-failure")
    static let previousFailure = ActionID("previous-failure")
    static let copy = ActionID("copy")
}

extension EventsPane {
    static let actions: [Action] =
        FilterLine.actions + TimeJump.actions + [
            Action(.openDetail, [.enter], "Open the selected event", hint: "details", in: [.events]),
            Action(.replay, [.character("r")], "Replay the selected event", hint: "replay", in: [.events, .detail]),
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
            Action(
                .copy,
                [.character("y")],
                "Copy something of the selected event",
                hint: "copy",
                in: [.events, .detail]
            ),
        ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .openDetail, .copy: window.selected == nil ? "No event is selected." : nil
        case .replay: replays.obstacle(to: window.selectedRow, context)
        case .filter: context.instance == nil ? "There are no events to filter yet." : nil
        case .goToTime: window.rows.isEmpty ? "There are no events yet." : nil
        case .nextFailure, .previousFailure: window.rows.isEmpty ? "There are no events yet." : nil
        default: nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        if performInLine(action, context, &effects) { return true }
        switch action {
        case .goToTime: effects.open(TimeJump())
        case .filter:
            filtering.open(over: window)
            effects.focus(Self.id)
        case .closeDetail where context.openEvent == nil && filtering.isOn: clearFilter()
        case .openDetail: openDetail(&effects)
        case .replay:
            guard let event = window.selectedRow else { break }
            // The row must not slip away from under its outcome.
            window.pause()
            replays.begin(event, &effects)
        case .copy: openCopyMenu(context, &effects)
        case .follow: if window.isFollowing { window.pause() } else { window.follow() }
        case .nextFailure: seekFailure(forward: true, &effects)
        case .previousFailure: seekFailure(forward: false, &effects)
        default:
            guard context.focus == Self.id, let motion = ListMotion(action, page: page) else { return false }
            move(motion, &effects)
        }
        return true
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if let chosen = event as? TimeChosen {
            window.want(.before(chosen.moment))
            effects.focus(Self.id)
        }
        if let opened = event as? EventOpened { follow(opened.event) }
        if let refused = event as? ActionRefused, refused.action == .replay {
            replays.refuse(window.selectedRow, at: context.now)
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
        case .last: return window.follow()
        }
        announceSelection(&effects)
    }

    private mutating func seekFailure(forward: Bool, _ effects: inout Effects) {
        window.seekFailure(forward: forward)
        announceSelection(&effects)
    }

    mutating func openDetail(_ effects: inout Effects) {
        guard let event = window.selectedRow else { return }
        window.pause()
        effects.post(EventOpened(event: event))
    }

    // MARK: Copying

    private mutating func openCopyMenu(_ context: DashboardContext, _ effects: inout Effects) {
        guard let event = window.selectedRow else { return }
        window.pause()
        var items = [
            Self.copyItem("Event id", event.eventID), Self.copyItem("Record id", event.recordID),
        ]
        if let name = event.recordName { items.append(Self.copyItem("Record name", name)) }
        if let open = context.openEvent, open.sequence == event.sequence, let loaded = open.detail {
            items.append(Self.copyItem("Record as JSON", loaded.event.record))
            items.append(Self.copyItem("Notification body", String(decoding: loaded.body, as: UTF8.self)))
        }
        effects.open(Menu(title: "Copy", items: items))
    }

    private static func copyItem(_ title: String, _ text: String) -> Menu.Item {
        let what = title.prefix(1).lowercased() + title.dropFirst()
        return Menu.Item(
            title: title,
            detail: String(text.prefix(40)),
            choice: .command(.copy(text, what: "the \(what)"))
        )
    }
}
