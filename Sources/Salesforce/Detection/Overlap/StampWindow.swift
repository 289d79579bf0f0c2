package import Primitives

/// A span of stamps, the end exclusive.
package struct StampWindow: Sendable, Hashable {
    package var from: Timestamp
    package var to: Timestamp

    package init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }

    var isEmpty: Bool { from >= to }

    func contains(_ stamp: Timestamp) -> Bool { stamp >= from && stamp < to }
}

/// How much of the overlap is read again though it is known, and how much is read at a time.
package struct OverlapLimits: Sendable, Hashable {
    /// So many of the newest known rows are read again in full: below that, a check costs more than it saves.
    package var familiar: Int
    /// So many known rows that the org's open transactions may still change are read again in full.
    package var unsettled: Int
    /// Rows of one answer.
    package var page: Int

    package init(familiar: Int = 200, unsettled: Int = 2000, page: Int = 2000) {
        self.familiar = familiar
        self.unsettled = unsettled
        self.page = page
    }
}
