import Domain
package import Primitives

/// What two clocks said at one moment: the server's, by its `Date`, and this machine's. Neither is believed to be right.
package struct PollClocks: Sendable, Hashable {
    package var server: Timestamp
    package var here: Timestamp

    package init(server: Timestamp, here: Timestamp) {
        self.server = server
        self.here = here
    }

    /// Milliseconds that certainly went by since then. A clock that jumps ahead while the other one does not adds nothing.
    func elapsed(since earlier: PollClocks) -> Int64 {
        max(0, min(server.since(earlier.server), here.since(earlier.here)))
    }
}

/// The newest stamp that can be believed and when it was seen: from it follows the org's time without trusting anybody's
/// clock to be right.
///
/// The clocks are used as stopwatches only. Were a cursor set to what a clock says, an org or a proxy whose clock is ahead
/// of the stamps would hide every change until they catch up. A stamp is believed once another record has one that is no
/// earlier: a single row from the future, or one answer that showed a row so, carries nothing there.
package struct OrgAnchor: Sendable, Hashable {
    /// A record and its stamp.
    package struct Sighting: Sendable, Hashable {
        package var recordID: String
        package var stamp: Timestamp

        package init(recordID: String, stamp: Timestamp) {
            self.recordID = recordID
            self.stamp = stamp
        }
    }

    package let stamp: Timestamp
    /// What the clocks said once a row with that stamp was here; nil where that is not known.
    package let seenAt: PollClocks?
    /// The newest row of all, which no other bears out yet.
    package var newest: Sighting?

    package init(stamp: Timestamp, seenAt: PollClocks?, newest: Sighting? = nil) {
        self.stamp = stamp
        self.seenAt = seenAt
        self.newest = newest
    }

    /// The least that the org's time can be when the clocks say `now`.
    package func time(at now: PollClocks) -> Timestamp {
        guard let seenAt else { return stamp }
        return stamp.advanced(byMilliseconds: now.elapsed(since: seenAt))
    }

    /// The anchor once a row is here.
    package static func after(_ known: OrgAnchor?, seen row: Sighting, at now: PollClocks) -> OrgAnchor? {
        guard let known else {
            guard isPlausible(row.stamp, at: now) else { return nil }
            // The first row has no other beside it, so a clock has to bear it out.
            return OrgAnchor(stamp: min(row.stamp, max(now.server, now.here)), seenAt: now, newest: row)
        }
        let limit = max(known.time(at: now).advanced(bySeconds: tolerance), latest(at: now))
        guard row.stamp <= limit else { return known }
        // The same row again bears nothing out.
        if known.newest == row { return known }
        var next = known
        let newest = known.newest?.stamp ?? known.stamp
        // A record's own earlier stamp takes the later one back.
        if row.stamp > newest || known.newest?.recordID == row.recordID || known.newest == nil { next.newest = row }
        let believed = min(row.stamp, newest)
        // Of equal ones the first sighting says the most.
        guard believed > known.stamp || believed == known.stamp && known.seenAt == nil else { return next }
        return OrgAnchor(stamp: believed, seenAt: now, newest: next.newest)
    }

    /// A row from the far future is no evidence of anything.
    package static func isPlausible(_ stamp: Timestamp, at now: PollClocks) -> Bool { stamp <= latest(at: now) }

    /// Whether some clock says that it is so late by now.
    package static func isBorneOut(_ stamp: Timestamp, by now: PollClocks) -> Bool {
        stamp <= max(now.server, now.here).advanced(bySeconds: slack)
    }

    private static func latest(at now: PollClocks) -> Timestamp {
        max(now.server, now.here).advanced(bySeconds: tolerance)
    }

    private static let tolerance: Int64 = 86_400
    /// By so much two clocks that are right may differ.
    static let slack: Int64 = 60
}
