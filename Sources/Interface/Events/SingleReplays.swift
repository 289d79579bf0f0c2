import Domain
import EngineAPI
import Primitives

/// Replays of single events: which are under way, and which was answered last.
struct SingleReplays: Sendable {
    /// Milliseconds within which a key that is still held down begins no further replay.
    private static let pause: Int64 = 1000

    /// Events whose replay has not been answered yet.
    private(set) var running: Set<Int64> = []
    private var last: (sequence: Int64, at: Timestamp)?

    /// Why an event can't be replayed now; nil if it can.
    func obstacle(to event: EventSummary?, _ context: DashboardContext) -> String? {
        guard let event else { return "Select an event to replay first." }
        if running.contains(event.sequence) { return "This event is being replayed already." }
        if isRepeated(event, at: context.now) {
            return "This event was replayed a moment ago; let \(context.key(.replay)) go, then press it again."
        }
        guard let instance = context.instances[event.instanceID] else {
            return "The instance of this event is gone, and its callback with it."
        }
        if instance.configuration.callbackURL.isEmpty {
            return "This instance has no callback URL to replay to; fill it in and apply."
        }
        return nil
    }

    /// Whether the event was replayed a moment ago: then `r` is still being held down.
    private func isRepeated(_ event: EventSummary?, at now: Timestamp) -> Bool {
        guard let last, last.sequence == event?.sequence else { return false }
        return now.since(last.at) < Self.pause
    }

    mutating func begin(_ event: EventSummary, _ effects: inout Effects) {
        running.insert(event.sequence)
        effects.send(.replay(sequence: event.sequence, eventID: event.eventID))
    }

    /// As long as the key repeats, the pause begins anew.
    mutating func refuse(_ event: EventSummary?, at now: Timestamp) {
        if isRepeated(event, at: now) { last?.at = now }
    }

    mutating func accept(
        _ sequence: Int64,
        _ result: Result<Attempt, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        running.remove(sequence)
        last = (sequence, context.now)
        switch result {
        case .failure(let failure): effects.say(.failure, "Replay failed: \(failure.sentence)")
        case .success(let attempt):
            let time = Words.milliseconds(attempt.milliseconds)
            if let error = attempt.outcome.errorText {
                effects.say(.failure, Words.sentence("Replay to \(attempt.url) failed after \(time): \(error)"))
            } else {
                effects.say(
                    .success,
                    "Replayed: the callback answered \(attempt.outcome.status ?? 200) in \(time).",
                    about: .callback
                )
            }
        }
    }
}
