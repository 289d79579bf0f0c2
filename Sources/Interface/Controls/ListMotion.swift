import Drawing

extension ActionID {
    static let selectUp = ActionID("up")
    static let selectDown = ActionID("down")
    static let pageUp = ActionID("page-up")
    static let pageDown = ActionID("page-down")
    static let first = ActionID("first")
    static let last = ActionID("last")
}

/// A movement in whatever has rows or lines; the one reading of these actions by lists, menus and texts.
enum ListMotion: Sendable, Hashable {
    case rows(Int)
    case first
    case last

    static let actions: [Action] = [
        .keyed(.selectUp, [.up, .character("k")], "Up", hint: "up", in: [.list, .finder]),
        .keyed(.selectDown, [.down, .character("j")], "Down", hint: "down", in: [.list, .finder]),
        .keyed(.pageUp, [.pageUp], "A page up", hint: "page up", in: [.list, .finder]),
        .keyed(.pageDown, [.pageDown], "A page down", hint: "page down", in: [.list, .finder]),
        .keyed(
            .first,
            [.home, .character("g")],
            "To the first; in the events, to the oldest",
            hint: "first",
            in: [.list]
        ),
        .keyed(
            .last,
            [.end, .character("G")],
            "To the last; in the events, to the newest and follow",
            hint: "last",
            in: [.list]
        ),
    ]

    /// Nil for an action that is no movement; a page has `page` rows.
    init?(_ action: ActionID, page: Int) {
        switch action {
        case .selectUp: self = .rows(-1)
        case .selectDown: self = .rows(1)
        case .pageUp: self = .rows(-page)
        case .pageDown: self = .rows(page)
        case .first: self = .first
        case .last: self = .last
        default: return nil
        }
    }

    /// Where it leads from an index among `count` rows.
    func index(from index: Int, count: Int) -> Int {
        let last = max(0, count - 1)
        return switch self {
        case .rows(let rows): min(max(0, index + rows), last)
        case .first: 0
        case .last: last
        }
    }
}
