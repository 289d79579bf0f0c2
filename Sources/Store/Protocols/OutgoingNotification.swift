package import Domain

/// A notification with what its body and its lane need.
package struct OutgoingNotification: Sendable, Hashable {
    package let body: NotificationBody
    package let delivery: Delivery
    /// Attempts of every kind so far, replays and releases included; the next one counts on from here.
    package let made: Int

    package init(body: NotificationBody, delivery: Delivery, made: Int? = nil) {
        self.body = body
        self.delivery = delivery
        self.made = made ?? delivery.attempts
    }
}
