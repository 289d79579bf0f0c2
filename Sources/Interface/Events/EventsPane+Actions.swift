import Domain
import Drawing
import Primitives

extension ActionID {
    static let openDetail = ActionID("openDetail")
    static let replay = ActionID("replay")
    static let follow = ActionID("follow")
    static let nextFailure = ActionID("nextFailure")
    static let previousFailure = ActionID("previousFailure")
    static let copy = ActionID("copy")
    static let selectUp = ActionID("selectUp")
    static let selectDown = ActionID("selectDown")
    static let pageUp = ActionID("pageUp")
    static let pageDown = ActionID("pageDown")
    static let first = ActionID("first")
    static let last = ActionID("last")
}

extension EventsPane {
    static let actions: [Action] = [
        Action(.openDetail, [.enter], "Open the selected event", hint: "details", in: [.events]),
        Action(.replay, [.character("r")], "Replay the selected event", hint: "replay", in: [.events]),
        Action(
            .follow,
            [.character("f")],
            "Follow new events, or stop following",
            hint: "follow",
            in: [.events]
        ),
        Action(
            .nextFailure,
            [.character("e")],
            "Go to the next failed delivery",
            hint: "next failure",
            in: [.events]
        ),
        Action(
            .previousFailure,
            [.character("E")],
            "Go to the previous failed delivery",
            hint: "previous failure",
            in: [.events]
        ),
        Action(.copy, [.character("y")], "Copy something of the selected event", hint: "copy", in: [.events]),
        moving(.selectUp, [.up, .character("k")], "Up", hint: "up"),
        moving(.selectDown, [.down, .character("j")], "Down", hint: "down"),
        moving(.pageUp, [.pageUp, .ctrl("b")], "A page up", hint: "page up"),
        moving(.pageDown, [.pageDown, .ctrl("f")], "A page down", hint: "page down"),
        moving(
            .first,
            [.home, .character("g")],
            "To the oldest event, or the top of the detail",
            hint: "first"
        ),
        moving(
            .last,
            [.end, .character("G")],
            "To the newest event and follow, or the end of the detail",
            hint: "newest"
        ),
    ]

    /// The focused pane moves; see `Feature.perform`.
    private static func moving(_ id: ActionID, _ keys: [Key], _ title: String, hint: String) -> Action {
        Action(id, keys, title, hint: hint, in: [.events], isCommand: false)
    }

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .openDetail, .copy: window.selected == nil ? "No event is selected." : nil
        case .replay: replays.obstacle(to: window.selectedRow, context)
        case .nextFailure, .previousFailure: window.rows.isEmpty ? "There are no events yet." : nil
        default: nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
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
        case .selectUp: move(by: -1, &effects)
        case .selectDown: move(by: 1, &effects)
        case .pageUp: move(by: -page, &effects)
        case .pageDown: move(by: page, &effects)
        case .first: moveToOldest(&effects)
        case .last: window.follow()
        default: return false
        }
        return true
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if let refused = event as? ActionRefused, refused.action == .replay {
            replays.refuse(window.selectedRow, at: context.now)
        }
    }

    private var page: Int { max(1, window.height - 1) }

    private mutating func move(by rows: Int, _ effects: inout Effects) {
        window.move(by: rows)
        announceSelection(&effects)
    }

    private mutating func moveToOldest(_ effects: inout Effects) {
        window.pause()
        if window.reachesOldest, let first = window.rows.first {
            window.select(first.sequence)
            announceSelection(&effects)
        } else {
            window.want(.oldest)
        }
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
