import Domain

/// The search for the nearest failure beyond the loaded rows, in two parts: a filter's members must all hold, and a
/// failed replay may stand beside a delivery in any state.
struct FailureSearch: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case deliveries
        case replays
        case done
    }

    /// Deliveries looked at together: those that a replay made up for are passed over.
    private static let pageSize = 256

    let forward: Bool
    /// The selection when it began.
    let from: Int64?
    private(set) var part = Part.deliveries
    /// Where the next page begins.
    private var after: Int64?
    private(set) var nearest: Int64?

    init(forward: Bool, from: Int64?) {
        self.forward = forward
        self.from = from
        after = from
    }

    /// What to ask for next, within what the list shows.
    func request(_ filter: EventFilter) -> PageRequest {
        var filter = filter
        switch part {
        case .deliveries: filter.states = [.dead, .retrying, .held]
        case .replays, .done: filter.replays = [.failed]
        }
        return PageRequest(
            direction: forward ? .oldestFirst : .newestFirst,
            after: after,
            limit: part == .deliveries ? Self.pageSize : 1,
            filter: filter
        )
    }

    /// Applies a page and says whether the search is over.
    mutating func apply(_ page: [EventSummary]) -> Bool {
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
        case .replays, .done:
            if let found = page.first?.sequence {
                nearest = nearest.map { forward ? min($0, found) : max($0, found) } ?? found
            }
            part = .done
            return true
        }
    }
}
