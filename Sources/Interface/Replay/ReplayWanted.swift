import Domain
import EngineAPI

/// Posted to replay one event otherwise than it was: elsewhere, or with another body.
struct ReplayWanted: DashboardEvent {
    let event: EventSummary
    let options: ReplayOptions
}

extension DashboardContext {
    /// Why an event can't be replayed now to its own callback, or to another URL; nil if it can.
    func replayObstacle(of event: EventSummary, elsewhere: Bool = false) -> String? {
        if replaying.contains(event.sequence) { return "This event is being replayed already." }
        guard let instance = instances[event.instanceID] else {
            return "The instance of this event is gone, and its callback with it."
        }
        guard event.delivery != nil else { return "This event has no notification that could be sent." }
        if !elsewhere, instance.configuration.callbackURL.isEmpty {
            return "This instance has no callback URL to replay to; fill it in and apply."
        }
        return nil
    }
}
