/// How much a token opens: each scope what the ones before it do, and more.
package enum AccessScope: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Sees instances, events and deliveries, and no secret; changes nothing.
    case read
    /// Polls, replays, holds and releases as well.
    case operate
    /// Everything: settings and secrets, connecting and deleting, what is put into an org.
    case admin

    package static func < (left: AccessScope, right: AccessScope) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .operate: 1
        case .admin: 2
        }
    }
}
