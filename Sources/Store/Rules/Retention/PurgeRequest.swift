import Domain
package import Primitives

/// Up to where events may go: those stored before a moment, and those up to a sequence. Either is enough.
package struct PurgeBound: Sendable, Hashable {
    package var before: Timestamp?
    package var through: Int64?

    package init(before: Timestamp? = nil, through: Int64? = nil) {
        self.before = before
        self.through = through
    }

    /// Nothing may go.
    package static let none = PurgeBound()

    func covers(_ delivery: StoredDelivery, createdAt: Timestamp) -> Bool {
        if let before, createdAt < before { return true }
        return through.map { delivery.lastSequence <= $0 } ?? false
    }
}

/// Which deliveries may go with their events. The decision is made for a delivery as a whole: its events were sent as one.
package struct PurgeRequest: Sendable, Hashable {
    /// Those that are over and ask nothing of anybody: delivered, never to be delivered, replayed well in the end, or of an
    /// instance that is gone.
    package var settled: PurgeBound
    /// Those that are dead, and that somebody may still want to replay.
    package var undelivered: PurgeBound

    package init(settled: PurgeBound, undelivered: PurgeBound = .none) {
        self.settled = settled
        self.undelivered = undelivered
    }

    package func allows(_ delivery: StoredDelivery, createdAt: Timestamp, instanceExists: Bool) -> Bool {
        if delivery.state.isOpen { return false }
        let isUndelivered = delivery.state == .dead && delivery.replay != .succeeded && instanceExists
        return (isUndelivered ? undelivered : settled).covers(delivery, createdAt: createdAt)
    }

    /// The moments that bound it, where there are any.
    package var latestBefore: Timestamp? { [settled.before, undelivered.before].compactMap(\.self).max() }
    /// The greatest sequence that bounds it, where there is one.
    package var latestThrough: Int64? { [settled.through, undelivered.through].compactMap(\.self).max() }
}

/// What one step of a purge did.
package struct PurgeStep: Sendable, Hashable {
    /// Events that went.
    package var removed: Int64
    /// The number of the last delivery that was looked at: the next step goes on behind it. Nil at the end.
    package var position: Int64?
    /// Bytes of the database that hold something; nil if unknown.
    package var heldBytes: Int64?
    /// How long everybody else who stores something had to wait for it.
    package var writing: Duration

    package init(removed: Int64, position: Int64?, heldBytes: Int64? = nil, writing: Duration = .zero) {
        self.removed = removed
        self.position = position
        self.heldBytes = heldBytes
        self.writing = writing
    }
}

extension StoredDelivery {
    /// The sequence of its last event.
    package var lastSequence: Int64 { id + Int64(max(events.count, 1)) - 1 }

    /// What goes from the counters with it.
    package var uncounted: FacetChanges {
        var changes = FacetChanges()
        for event in events {
            var facet = Facet(instance: instance, object: event.object, change: event.change, state: state)
            changes.add(-1, to: facet)
            guard let replay else { continue }
            facet.replay = replay
            changes.add(-1, to: facet)
        }
        return changes
    }
}
