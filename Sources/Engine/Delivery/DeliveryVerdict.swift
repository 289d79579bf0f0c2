import Domain
import Primitives
import Store

/// Decides what an attempt means for its delivery. Pure: the ladder, the moment and the chance come from outside.
enum DeliveryVerdict {
    /// What follows from an attempt after `made` others, replays not counted. `ended` and `notBefore`, which `Retry-After`
    /// asked for, are moments of the clock that nobody sets, and so is the next attempt's.
    static func make(
        _ attempt: Attempt,
        made: Int,
        policy: RetryPolicy,
        ended: Timestamp,
        notBefore: Timestamp?,
        random: @autoclosure () -> Double
    ) -> DeliveryResult {
        if attempt.outcome.isSuccess { return DeliveryResult(attempt: attempt, state: .delivered, nextAttempt: nil) }
        // The hold ends when a person says so; the delivery waits for that at the head of its lane.
        if attempt.outcome.status == 410 { return DeliveryResult(attempt: attempt, state: .queued, nextAttempt: nil) }
        guard let delay = policy.delay(afterAttempts: made + 1, random: random()) else {
            return DeliveryResult(attempt: attempt, state: .dead, nextAttempt: nil)
        }
        let due = ended.advanced(byMilliseconds: delay)
        let next = max(due, notBefore ?? due)
        return DeliveryResult(attempt: attempt, state: .retrying, nextAttempt: next, wait: next.since(ended))
    }

    /// The callback has another address meanwhile: that need not wait for what the former one failed on.
    static func atFormerAddress(_ result: DeliveryResult) -> DeliveryResult {
        guard result.state == .retrying else { return result }
        var result = result
        (result.state, result.nextAttempt, result.wait) = (.queued, nil, nil)
        return result
    }

    /// A release that failed, an attempt after which the callback asked for a pause, and one that the end of the program tore
    /// cost nothing: the delivery stands where it stood, attempts and rung alike.
    static func free(_ attempt: Attempt, delivery: Delivery) -> DeliveryResult {
        DeliveryResult(attempt: attempt, state: delivery.state, nextAttempt: delivery.nextAttempt, isUncounted: true)
    }

    /// A replay moves an open delivery only, and only by succeeding at its own callback with its own body: to send that
    /// again would be a repeat that is known to be one.
    static func replay(_ attempt: Attempt, delivery: Delivery, isOriginal: Bool) -> DeliveryResult {
        let settles: Bool =
            switch delivery.state {
            case .queued, .retrying, .held: isOriginal && attempt.outcome.isSuccess
            // One behind another of its record keeps its place, so that the order stays.
            // What has ended stays what it was; the replay's outcome stands beside it.
            case .waiting, .delivered, .dead, .none: false
            }
        return DeliveryResult(
            attempt: attempt,
            state: settles ? .delivered : delivery.state,
            nextAttempt: settles ? nil : delivery.nextAttempt
        )
    }
}
