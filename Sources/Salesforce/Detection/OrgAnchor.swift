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

/// The newest stamp seen and when: from it follows the org's time without trusting anybody's clock to be right.
///
/// The clocks are used as stopwatches only. Were a cursor set to what a clock says, an org or a proxy whose clock is ahead
/// of the stamps would hide every change until they catch up.
package struct OrgAnchor: Sendable, Hashable {
    package let stamp: Timestamp
    /// What the clocks said once a row with that stamp was here; nil where that is not known.
    package let seenAt: PollClocks?

    package init(stamp: Timestamp, seenAt: PollClocks?) {
        self.stamp = stamp
        self.seenAt = seenAt
    }

    /// The least that the org's time can be when the clocks say `now`.
    package func time(at now: PollClocks) -> Timestamp {
        guard let seenAt else { return stamp }
        return stamp.advanced(byMilliseconds: now.elapsed(since: seenAt))
    }

    /// The anchor once a row with this stamp is here.
    package static func after(_ known: OrgAnchor?, seen stamp: Timestamp, at now: PollClocks) -> OrgAnchor? {
        // Of equal ones the first sighting says the most.
        if let known, stamp < known.stamp || stamp == known.stamp && known.seenAt != nil { return known }
        let limit =
            known.map { max($0.time(at: now).advanced(bySeconds: tolerance), latest(at: now)) } ?? latest(at: now)
        return stamp <= limit ? OrgAnchor(stamp: stamp, seenAt: now) : known
    }

    /// A single row from the far future must not carry the cursor there: it would hide every change until then. Where no
    /// clock is near the stamps, none becomes the anchor and each poll reads more than it need.
    package static func isPlausible(_ stamp: Timestamp, at now: PollClocks) -> Bool { stamp <= latest(at: now) }

    private static func latest(at now: PollClocks) -> Timestamp {
        max(now.server, now.here).advanced(bySeconds: tolerance)
    }

    private static let tolerance: Int64 = 86_400
}
