import Domain
import EngineAPI

/// Posted to replay one event otherwise than it was: elsewhere, or with another body.
struct ReplayWanted: DashboardEvent {
    let sequence: Int64
    let eventID: String
    /// What the record is called, or its id.
    let name: String
    let options: ReplayOptions
    /// Whether how it ends is told with that of others, by whoever wants them.
    let isOneOfMany: Bool

    init(event: EventSummary, options: ReplayOptions) {
        (sequence, eventID) = (event.sequence, event.eventID)
        name = event.shownName ?? event.recordID
        self.options = options
        isOneOfMany = false
    }

    /// One of several to another URL.
    init(_ event: ReplaysElsewhere.Event, callbackURL: String) {
        (sequence, eventID, name) = (event.sequence, event.eventID, event.eventID)
        options = ReplayOptions(callbackURL: callbackURL)
        isOneOfMany = true
    }
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
