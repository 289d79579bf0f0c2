package import Domain
package import Primitives

/// An attempt and where its delivery stands afterwards.
package struct DeliveryResult: Sendable, Hashable {
    package var attempt: Attempt
    package var state: DeliveryState
    package var nextAttempt: Timestamp?
    /// Milliseconds from the attempt's end to `nextAttempt`. Nil where the attempt says nothing of that.
    package var wait: Int64?
    /// A replay to another address or with another body: kept among the attempts, and no word about its delivery.
    package var isElsewhere: Bool
    /// An attempt that takes no rung of the ladder.
    package var isUncounted: Bool

    package init(
        attempt: Attempt,
        state: DeliveryState,
        nextAttempt: Timestamp?,
        wait: Int64? = nil,
        isElsewhere: Bool = false,
        isUncounted: Bool = false
    ) {
        self.isUncounted = isUncounted
        self.attempt = attempt
        self.state = state
        self.nextAttempt = nextAttempt
        self.wait = wait
        self.isElsewhere = isElsewhere
    }
}
