/// One committed change of one record, as an oracle sees it.
package struct OrgChange: Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable {
        case created, updated, deleted, undeleted
        /// A platform process moved only SystemModstamp.
        case touched
        /// The record left the recycle bin, or never entered it.
        case purged
    }

    package let sequence: Int
    package let object: String
    package let id: String
    package let kind: Kind
    /// The SystemModstamp of the change, taken inside its transaction.
    package let stamp: Stamp
    /// When the change became visible.
    package let committed: Stamp
    /// The explicit transaction that held the change, if any.
    package let transaction: Int?
    /// Whether Apex triggers saw it.
    package let firedTriggers: Bool
}
