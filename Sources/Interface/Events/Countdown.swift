import Domain
import Drawing
import Primitives

extension EventsPane {
    /// When a time that is counted on the screen, down or up, changes; nil while none is shown, so that nothing ticks unseen.
    func countdownDeadline(_ context: DashboardContext) -> Timestamp? {
        guard let rect, ColumnLayout(width: rect.width - 4, columnChoice(context)).showsMilliseconds else { return nil }
        let now = context.now
        return window.visibleRange.compactMap { index -> Timestamp? in
            let event = window.rows[index]
            guard let delivery = event.delivery, delivery.state.isOpen, !context.instances.isHeld(event.instanceID)
            else { return nil }
            if let since = delivery.sendingSince {
                return context.due.advanced(byMilliseconds: 1000 - max(0, now.since(since)) % 1000)
            }
            guard delivery.state == .retrying, let next = delivery.nextAttempt else { return nil }
            let left = next.since(now)
            guard left > 0 else { return nil }
            return context.due.advanced(
                byMilliseconds: left > DashboardContext.countdown
                    ? left - DashboardContext.countdown : (left - 1) % 1000 + 1
            )
        }.min()
    }
}
