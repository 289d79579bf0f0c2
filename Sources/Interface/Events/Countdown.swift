import Domain
import Drawing
import Primitives

extension State {
    /// When a time that is counted down on the screen changes; nil while none is shown, so that nothing ticks unseen.
    var countdownDeadline: Timestamp? {
        guard let list = DashboardLayout(self).events, EventColumns(width: list.width - 4).showsMilliseconds else {
            return nil
        }
        return events.visibleRange.compactMap { index -> Timestamp? in
            let event = events.rows[index]
            guard let delivery = event.delivery, delivery.state == .retrying, holdWords(event.instanceID) == nil,
                let next = delivery.nextAttempt
            else { return nil }
            let left = next.since(now)
            guard left > 0 else { return nil }
            return now.advanced(byMilliseconds: left > Self.countdown ? left - Self.countdown : (left - 1) % 1000 + 1)
        }.min()
    }
}
