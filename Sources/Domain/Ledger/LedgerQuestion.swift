package import Primitives

/// What a poll asks of the ledger about one object of an instance.
package enum LedgerQuestion: Sendable, Hashable {
    /// The ids of live records, in order, after an id; no more than the limit.
    case ids(after: String?, limit: Int)
    /// How many live records carry each stamp of a span, its end exclusive.
    case stamps(from: Timestamp, to: Timestamp)
    /// What is known of these records.
    case states([String])
}

/// The answer to a `LedgerQuestion`, in the same order.
package enum LedgerAnswer: Sendable, Hashable {
    case ids([String])
    case stamps([StampCount])
    case states([String: LedgerState])
}

/// How many live records of the ledger carry one stamp.
package struct StampCount: Sendable, Hashable {
    package let stamp: Timestamp
    package let records: Int

    package init(stamp: Timestamp, records: Int) {
        self.stamp = stamp
        self.records = records
    }
}

/// A record of the ledger without its fields.
package struct LedgerState: Sendable, Hashable {
    package let stamp: Timestamp
    package let isDeleted: Bool

    package init(stamp: Timestamp, isDeleted: Bool) {
        self.stamp = stamp
        self.isDeleted = isDeleted
    }

    /// Whether a row with this stamp is of another write than the one that is known.
    package func isOutdated(by stamp: Timestamp, isDeleted: Bool) -> Bool {
        stamp > self.stamp || stamp == self.stamp && isDeleted != self.isDeleted
    }
}
