import Domain
import EngineAPI
import Primitives

/// Replays of single events: which are under way, and which was answered last.
struct SingleReplays: Sendable {
    /// Milliseconds within which a key that is still held down begins no further replay.
    private static let pause: Int64 = 1000

    /// Outcomes at other URLs that are remembered.
    private static let most = 500

    /// What was asked for and has not been answered yet, by event.
    private var underWay: [Int64: ReplayWanted] = [:]
    /// How the last replay of each event ended where it went elsewhere, in the order in which they ended.
    private var ended: [(sequence: Int64, outcome: AttemptOutcome)] = []
    private var last: (sequence: Int64, at: Timestamp)?

    var running: Set<Int64> { Set(underWay.keys) }
    var elsewhere: [Int64: AttemptOutcome] { Dictionary(ended.map { ($0.sequence, $0.outcome) }) { $1 } }

    /// Why an event can't be replayed now; nil if it can.
    func obstacle(to event: EventSummary?, _ context: DashboardContext) -> String? {
        guard let event else { return context.missingSubject("Select an event to replay first.") }
        if underWay[event.sequence] != nil { return "This event is being replayed already." }
        if isRepeated(event, at: context.due) {
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

    mutating func begin(_ wanted: ReplayWanted, _ effects: inout Effects) {
        guard underWay[wanted.sequence] == nil else { return }
        underWay[wanted.sequence] = wanted
        effects.send(.replay(sequence: wanted.sequence, eventID: wanted.eventID, options: wanted.options))
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
        let wanted = underWay.removeValue(forKey: sequence)
        let options = wanted?.options
        let isElsewhere = options?.callbackURL != nil
        remember(sequence, isElsewhere ? (try? result.get())?.outcome : nil)
        guard wanted?.isOneOfMany != true else { return }
        last = (sequence, context.due)
        let matter = Announcement.Matter.replaying(sequence)
        // A name of many words would take the place of how it ended.
        let name = wanted.map { $0.name.count > 40 ? String($0.name.prefix(39)) + "…" : $0.name } ?? "the event"
        switch result {
        case .failure(let failure): effects.say(.failure, "Replay of \(name) failed: \(failure.sentence)", on: matter)
        case .success(let attempt):
            let time = Words.milliseconds(attempt.milliseconds)
            if let error = attempt.failureSentence {
                let words = "Replay of \(name) to \(attempt.url) failed after \(time): \(error)"
                effects.say(.failure, Words.sentence(words), on: matter)
            } else {
                let what = options?.notification == nil ? "Replayed \(name)" : "Replayed with your changes (\(name))"
                let who = isElsewhere ? "\(attempt.url) answered" : "the callback answered"
                effects.say(
                    .success,
                    "\(what): \(who) \(attempt.outcome.status ?? 200) in \(time).",
                    about: isElsewhere ? nil : .callback,
                    on: matter
                )
            }
        }
    }

    /// A replay to the callback itself says more than a former one to elsewhere.
    private mutating func remember(_ sequence: Int64, _ outcome: AttemptOutcome?) {
        ended.removeAll { $0.sequence == sequence }
        guard let outcome else { return }
        ended.append((sequence, outcome))
        if ended.count > Self.most { ended.removeFirst() }
    }
}
