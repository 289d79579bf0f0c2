package import Domain
package import Primitives

/// How one long-lived activity stands: in time, or overdue and since when.
package struct ActivityStanding: Sendable, Hashable {
    package var kind: ActivityKind
    /// Nil where it serves all instances.
    package var instance: InstanceID?
    /// What it was last known to do, as in “waiting for its next poll”.
    package var doing: String
    /// When it should have moved, by the machine's clock; nil while it is in time.
    package var overdueSince: Timestamp?
    /// How long ago that was; 0 while it is in time.
    package var overdueSeconds: Int64

    package init(
        kind: ActivityKind,
        instance: InstanceID? = nil,
        doing: String = "",
        overdueSince: Timestamp? = nil,
        overdueSeconds: Int64 = 0
    ) {
        self.kind = kind
        self.instance = instance
        self.doing = doing
        self.overdueSince = overdueSince
        self.overdueSeconds = overdueSeconds
    }

    package var isOverdue: Bool { overdueSince != nil }

    /// `The poller of instance 7 is overdue by 245 s: waiting for GET https://…/query.`
    package var sentence: String {
        let whose = instance.map { " of instance \($0)" } ?? ""
        return "The \(kind.words)\(whose) is overdue by \(overdueSeconds) s: \(doing)."
    }
}
