package import Domain

/// The newest stamp seen and when: from it follows the org's time without trusting anybody's clock to be right.
///
/// The server's `Date` is used as a stopwatch only. Were a cursor set to what the clock says, an org or a proxy whose clock
/// is ahead of the stamps would hide every change until they catch up.
package struct OrgAnchor: Sendable, Hashable {
    package let stamp: Timestamp
    /// What the server's clock said before the row with that stamp was read; nil where that was before the stamp, so that
    /// the time between is unknown.
    package let seenAt: Timestamp?

    package init(stamp: Timestamp, seenAt: Timestamp?) {
        self.stamp = stamp
        self.seenAt = seenAt
    }

    /// The least that the org's time can be when the server's clock says `now`.
    package func time(at now: Timestamp) -> Timestamp {
        guard let seenAt else { return stamp }
        return stamp.advanced(byMilliseconds: max(0, now.since(seenAt)))
    }

    package static func after(_ known: OrgAnchor?, seen stamp: Timestamp, at now: Timestamp) -> OrgAnchor {
        let fresh = OrgAnchor(stamp: stamp, seenAt: stamp <= now ? now : nil)
        guard let known else { return fresh }
        if stamp < known.stamp { return known }
        // Seen again: the first sighting says the most, unless it came without a time.
        return stamp == known.stamp && known.seenAt != nil ? known : fresh
    }
}
