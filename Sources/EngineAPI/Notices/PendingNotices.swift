import Primitives

/// Notices for one reader that it has not pulled yet, merged so that they stay few however long nobody looks.
///
/// The one rule of merging: a notice says where to look again, so two of a kind become one that says as much as both,
/// and where naming each id would be no help any more, "all" takes the place of the ids. Nothing else is ever left out,
/// so a reader that looks where it is told sees the newest state of everything, however slow it is.
///
/// They are told in rounds: what waits when a round begins is told before anything that is posted after. So no kind
/// keeps another from being told, however fast it comes; and within a round instances come first, then what was
/// stored, then deliveries, so that no reader is told of a delivery before the event that was posted before it.
///
///     var pending = PendingNotices()
///     pending.merge(.stored(count: 1, lastSequence: 7))
///     pending.merge(.stored(count: 2, lastSequence: 9))
///     pending.next()  // .stored(count: 3, lastSequence: 9)
///     pending.next()  // nil
package struct PendingNotices: Sendable {
    /// More deliveries than this are not named: nobody looks each of them up.
    package static let deliveryLimit = 1000
    /// More instances than this are not named: reading the list once is cheaper than each of them.
    package static let instanceLimit = 100

    private var round = Merged()
    private var waiting = Merged()

    package init() {}

    package var isEmpty: Bool { round.isEmpty && waiting.isEmpty }

    /// How many calls of `next` empty it; at most two rounds of `instanceLimit` instances and two more kinds.
    package var count: Int { round.count + waiting.count }

    package mutating func merge(_ notice: EngineNotice) { waiting.merge(notice) }

    package mutating func next() -> EngineNotice? {
        // Swapped and never built anew, so that both keep their memory.
        if round.isEmpty { swap(&round, &waiting) }
        return round.next()
    }
}

/// One round: a place for each kind.
private struct Merged: Sendable {
    private var stored: (count: Int, lastSequence: Int64)?
    private var deliveries = ChangedIDs(limit: PendingNotices.deliveryLimit)
    private var instances = ChangedIDs(limit: PendingNotices.instanceLimit)

    var isEmpty: Bool { count == 0 }

    var count: Int {
        (instances.isAll ? 1 : instances.ids.count) + (stored == nil ? 0 : 1) + (deliveries.isEmpty ? 0 : 1)
    }

    mutating func merge(_ notice: EngineNotice) {
        switch notice {
        case .stored(let more, let sequence):
            // Posted by two threads, the newer sequence may come first.
            stored = (
                (stored?.count ?? 0).adding(saturating: more), max(stored?.lastSequence ?? sequence, sequence)
            )
        case .deliveries(let ids):
            if ids.isEmpty { deliveries.insertAll() }
            for id in ids where !deliveries.isAll { deliveries.insert(id) }
        case .instance(let id): instances.insert(id)
        case .instancesChanged: instances.insertAll()
        }
    }

    mutating func next() -> EngineNotice? {
        if instances.isAll {
            instances.removeAll()
            return .instancesChanged
        }
        if let id = instances.popFirst() { return .instance(id) }
        if let news = stored {
            stored = nil
            return .stored(count: news.count, lastSequence: news.lastSequence)
        }
        guard !deliveries.isEmpty else { return nil }
        defer { deliveries.removeAll() }
        return .deliveries(deliveries.isAll ? [] : deliveries.ids.sorted())
    }
}
