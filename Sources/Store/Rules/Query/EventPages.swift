package import Domain

extension EventScan {
    /// The sequences of a page, in its order.
    package static func page(_ page: PageRequest, _ index: some EventIndex) throws -> [Int64] {
        guard page.limit > 0 else { return [] }
        var scan = try EventScan(page, index)
        var sequences: [Int64] = []
        while sequences.count < page.limit {
            let more = try scan.next(page.limit - sequences.count, index)
            if more.isEmpty { break }
            sequences += more
        }
        return sequences
    }

    /// Deliveries with an event that a filter finds, newest first, as a person reads them. `read` gives the deliveries that
    /// bear one of these numbers, in any order.
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
            // A delivery bears the number of its first event; the others name none.
            found += try read(sequences).sorted { $0.notificationID > $1.notificationID }
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
