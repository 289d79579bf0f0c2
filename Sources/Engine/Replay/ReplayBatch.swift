import Domain

/// A batch of a bulk replay: the events that are sent, and those that go out with one of them.
///
/// A notification with several of the events goes out once, with the first of those that the job's filter finds, its
/// carrier. Its number is the sequence of its first event, and the sequences of its events are neighbours.
struct ReplayBatch: Sendable {
    /// What became of an event.
    enum Outcome: Sendable, Hashable {
        case succeeded
        case failed(String)

        static let nothingToSend = Outcome.failed("An event has no notification that could be sent.")

        init(_ outcome: AttemptOutcome) { self = outcome.errorText.map(Self.failed) ?? .succeeded }
    }

    let events: [EventSummary]
    /// The events that are sent.
    private(set) var carriers: [EventSummary] = []
    /// The carriers of the other events, by sequence.
    private var followed: [Int64: Int64] = [:]
    /// What became of events whose notification went out with an earlier batch.
    private var settled: [Int64: Outcome] = [:]

    /// `position` is the last event that the job is done with.
    init(_ events: [EventSummary], after position: Int64) {
        self.events = events
        var carriersOf: [Int64: Int64] = [:]
        for event in events {
            guard let delivery = event.delivery else {
                carriers.append(event)
                continue
            }
            let id = delivery.notificationID
            if let carrier = carriersOf[id] {
                followed[event.sequence] = carrier
            } else if id <= position, let last = delivery.lastReplay {
                // The last event that the job is done with is of this notification, too.
                settled[event.sequence] = Outcome(last.outcome)
            } else {
                carriersOf[id] = event.sequence
                carriers.append(event)
            }
        }
    }

    /// The first that can be sent and was not delivered yet.
    func unsent(_ outcomes: [Int64: Outcome]) -> EventSummary? {
        carriers.first { $0.delivery != nil && outcomes[$0.sequence] != .succeeded }
    }

    /// A carrier and what goes out with it.
    func events(with carrier: EventSummary) -> [EventSummary] {
        events.filter { $0.sequence == carrier.sequence || followed[$0.sequence] == carrier.sequence }
    }

    /// What became of all its events, by what became of those that were sent.
    func outcomes(of sent: [Int64: Outcome]) -> [Int64: Outcome] {
        var outcomes = sent.merging(settled) { known, _ in known }
        for event in carriers where event.delivery == nil && outcomes[event.sequence] == nil {
            outcomes[event.sequence] = .nothingToSend
        }
        for (sequence, carrier) in followed {
            if let outcome = sent[carrier] { outcomes[sequence] = outcome }
        }
        return outcomes
    }
}
