import Domain

/// The search for the nearest row of a kind beyond the loaded ones: a failure, or what somebody looks for.
struct RowSearch: Sendable, Hashable {
    enum Target: Sendable, Hashable {
        case failure
        /// An event that fits.
        case hit(EventExpression)
    }

    enum Part: Sendable, Hashable {
        case hits
        /// Failures in two parts: a filter's members must all hold, and a failed replay may stand beside a delivery in any
        /// state.
        case deliveries
        case replays
        case done
    }

    /// Deliveries looked at together: those that a replay made up for are passed over.
    private static let pageSize = 256

    let target: Target
    let forward: Bool
    /// The selection when it began; nil: from the first event on, or from the last.
    let from: Int64?
    /// It found none on the way to the end and began anew from the other one.
    let hasWrapped: Bool
    private(set) var part: Part
    /// Where the next page begins.
    private var after: Int64?
    private(set) var nearest: Int64?

    init(_ target: Target, forward: Bool, from: Int64?, hasWrapped: Bool = false) {
        self.target = target
        self.forward = forward
        self.from = from
        self.hasWrapped = hasWrapped
        part = target == .failure ? .deliveries : .hits
        after = from
    }

    /// It is over, found nothing, and there is no other way round.
    var isVain: Bool { part == .done && nearest == nil && (hasWrapped || from == nil) }

    /// The search for what lies on the other side of where it began; nil where it found something or looked there already.
    var wrapped: RowSearch? {
        guard part == .done, nearest == nil, !isVain else { return nil }
        return RowSearch(target, forward: forward, from: nil, hasWrapped: true)
    }

    /// What to ask for next, within what the list shows.
    func request(_ filter: EventFilter) -> PageRequest {
        var filter = filter
        let wanted: EventExpression =
            switch (part, target) {
            case (.deliveries, _): .term(.states([.dead, .retrying, .held]))
            case (_, .hit(let expression)): expression
            case (_, .failure): .term(.replays([.failed]))
            }
        // It must hold beside whatever the list is restricted to: a member that is set already is not its to replace.
        filter.expression = .every([filter.expression, wanted])
        return PageRequest(
            direction: forward ? .oldestFirst : .newestFirst,
            after: after,
            limit: part == .deliveries ? Self.pageSize : 1,
            filter: filter.normalized(),
            patience: EventWindow.patience
        )
    }

    /// Applies a page and says whether the search is over.
    mutating func apply(_ page: EventPage) -> Bool {
        if let reach = page.reach, !page.contains(where: { part != .deliveries || $0.hasFailed }) {
            after = reach.sequence
            return false
        }
        switch part {
        case .deliveries:
            if let found = page.first(where: \.hasFailed) {
                nearest = found.sequence
            } else if page.count == Self.pageSize {
                after = page.last?.sequence
                return false
            }
            part = .replays
            after = from
            return false
        case .hits, .replays, .done:
            if let found = page.first?.sequence {
                nearest = nearest.map { forward ? min($0, found) : max($0, found) } ?? found
            }
            part = .done
            return true
        }
    }
}

extension RowSearch.Target {
    /// Whether a loaded row is one.
    func holds(_ event: EventSummary) -> Bool {
        switch self {
        case .failure: event.hasFailed
        // What such an expression asks stands in the row itself.
        case .hit(let expression): expression.matches(event, record: { "{}" }, instanceName: nil)
        }
    }
}
