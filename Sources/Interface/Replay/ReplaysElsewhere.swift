import Domain

/// Replays of marked events to another URL: one after another, oldest first, as long as the dashboard is open.
///
/// The engine's bulk replays go to the callback of their instance; these are single ones, so there are no more of them than
/// can be marked one by one.
struct ReplaysElsewhere: Sendable {
    static let most = EventMarks.most
    /// After so many failures in a row, the rest is not sent: nobody is there.
    static let patience = 5

    struct Event: Sendable, Hashable {
        let sequence: Int64
        let eventID: String
    }

    let url: String
    let total: Int
    /// The newest first, so that the last is the next.
    private var waiting: [Event]
    /// What was sent and has not been answered.
    private(set) var current: Int64?
    private(set) var succeeded = 0
    private(set) var failed = 0
    private(set) var lastError: String?
    private var failedInARow = 0
    /// Whether a person has ended it.
    private(set) var isStopped = false

    init(_ events: some Sequence<Event>, to url: String) {
        self.url = url
        waiting = events.sorted { $0.sequence > $1.sequence }
        total = waiting.count
    }

    var done: Int { succeeded + failed }
    var isOver: Bool { current == nil && waiting.isEmpty }
    /// Those that an end now would keep from being sent, with the one under way; none where all were sent or given up.
    var unsent: Int { waiting.isEmpty ? 0 : waiting.count + (current == nil ? 0 : 1) }
    var share: Double { total > 0 ? Double(done) / Double(total) : 1 }
    /// Whether so many failed that the rest was not sent.
    var hasGivenUp: Bool { failedInARow >= Self.patience && done < total }

    /// The next to be sent; nil while one is under way. One that is being replayed by itself is waited for.
    mutating func next(besides running: Set<Int64>) -> Event? {
        guard current == nil, let event = waiting.last, !running.contains(event.sequence) else { return nil }
        waiting.removeLast()
        current = event.sequence
        return event
    }

    /// How the one that is under way has ended; nil: well.
    mutating func accept(_ sequence: Int64, failure: String?) {
        guard sequence == current else { return }
        current = nil
        if let failure {
            failed += 1
            failedInARow += 1
            lastError = failure
            if failedInARow >= Self.patience { waiting = [] }
        } else {
            succeeded += 1
            failedInARow = 0
        }
    }

    /// Sends no more; what is under way is waited for.
    mutating func stop() {
        isStopped = !waiting.isEmpty
        waiting = []
    }
}
