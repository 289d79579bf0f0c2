package import Domain
import Primitives

extension EventScan {
    /// The sequences of a page, in its order.
    package static func page(_ page: PageRequest, _ index: some EventIndex) throws -> [Int64] {
        try search(page, index) { false }.found
    }

    /// The same, until somebody says that it is over: then the page may not be full, and how far it came is told. What was
    /// begun is ended, so that each search comes further than the one before it.
    package static func search(
        _ page: PageRequest,
        _ index: some EventIndex,
        isOver: () -> Bool
    ) throws -> (found: [Int64], reach: EventPage.Reach?) {
        guard page.limit > 0 else { return ([], nil) }
        var scan = try EventScan(page, index)
        var found: [Int64] = []
        while found.count < page.limit, try scan.step(page.limit - found.count, index) {
            found += scan.take(page.limit - found.count)
            if found.count < page.limit, isOver(), let reached = scan.reached {
                let moment = try index.moments([reached])[reached].map { Timestamp(milliseconds: $0) }
                let newest = try index.words().stored?.upperBound ?? 0
                return (found, EventPage.Reach(sequence: reached, moment: moment, newest: newest))
            }
        }
        return (found, nil)
    }

    /// Deliveries with an event that a filter finds, newest first, as a person reads them. `read` gives the deliveries of the
    /// events with these numbers, in any order.
    package static func deliveries(
        _ filter: EventFilter,
        before: Int64?,
        limit: Int,
        _ index: some EventIndex,
        read: ([Int64]) throws -> [Delivery]
    ) throws -> [Delivery] {
        guard limit > 0 else { return [] }
        var scan = try EventScan(PageRequest(after: before, limit: limit, filter: filter), index)
        var found: [Delivery] = []
        while found.count < limit {
            let sequences = try scan.next(limit, index)
            if sequences.isEmpty { break }
            // The events of a notification are neighbours: only that of the last ones may go on here.
            let last = found.last?.notificationID ?? .max
            let own = Dictionary(try read(sequences).map { ($0.notificationID, $0) }) { $1 }
            found += own.values.filter { $0.notificationID < last }.sorted { $0.notificationID > $1.notificationID }
        }
        return found.prefix(limit).map { $0.shown(heldInstances: filter.heldInstances) }
    }
}

extension Sequence<EventSummary> {
    /// In the order of a page.
    package func inOrder(of page: PageRequest) -> [EventSummary] {
        sorted { page.direction == .newestFirst ? $0.sequence > $1.sequence : $0.sequence < $1.sequence }
    }
}
