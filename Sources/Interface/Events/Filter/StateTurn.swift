import Domain
import Drawing
import Primitives

extension ActionID {
    static let turnStates = ActionID("turn-states")
}

/// The deliveries that one key shows alone, one kind after the other, as terms of the list's filter: so the filter says what is
/// shown, and is cleared as any other.
enum StateTurn: Sendable, Hashable {
    case open
    case dead

    static let actions: [Action] = [
        Action(
            .turnStates,
            [.character("z")],
            "Show only open deliveries, only dead ones, or all again",
            hint: "open, dead, all",
            in: [.events, .detail],
            onlyShows: true
        )
    ]

    var term: String {
        switch self {
        case .open: "state:open"
        case .dead: "state:dead"
        }
    }

    /// The filter that shows the next kind, beside whatever else `filter` says.
    static func next(after filter: String) -> String {
        if let rest = Self.open.removed(from: filter) { return Self.dead.added(to: rest) }
        return Self.dead.removed(from: filter) ?? Self.open.added(to: filter)
    }

    /// An either binds weaker than terms side by side.
    private func added(to filter: String) -> String {
        if filter.isEmpty { return term }
        return filter.isEither ? "(\(filter)) \(term)" : "\(filter) \(term)"
    }

    /// The filter without the term; nil where that does not stand first or last among those that must all hold.
    private func removed(from filter: String) -> String? {
        if filter == term { return "" }
        let rest: Substring
        if filter.hasSuffix(" " + term) {
            rest = filter.dropLast(term.count + 1)
        } else if filter.hasPrefix(term + " ") {
            rest = filter.dropFirst(term.count + 1)
        } else {
            return nil
        }
        let text = String(rest).trimmed
        let isFilter = (try? EventFilter(parsing: text, now: Timestamp(milliseconds: 0))) != nil
        return isFilter && !text.isEither ? text : nil
    }
}

extension String {
    /// Whether a filter is an either, outside of brackets and phrases.
    fileprivate var isEither: Bool {
        var (depth, isQuoted) = (0, false)
        for character in self {
            switch character {
            case "\"": isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted: depth -= 1
            case "|" where !isQuoted && depth == 0: return true
            default: break
            }
        }
        return false
    }
}

extension EventsPane {
    mutating func turnStates(_ context: DashboardContext, _ effects: inout Effects) {
        let text = StateTurn.next(after: filtering.text)
        guard !text.isEmpty else { return clearFilter() }
        guard var filter = try? EventFilter(parsing: text, now: context.now, clock: context.settings.clock) else {
            effects.say(.warning, "The filter has no room for another term; \(context.key(.filter)) changes it.")
            return
        }
        filter.instanceIDs = window.filter.instanceIDs
        filtering.turn(to: text)
        window.reset(filter)
        resetMatches()
    }
}
