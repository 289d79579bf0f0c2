import Domain
import Primitives

/// Asks what was stored lately: at the start, and when there are news.
struct ActivityLoad: Sendable {
    /// Whether anything was answered; until then no rate would be true.
    private(set) var isKnown = false
    private var token = 0
    private var pace = LoadPace(pause: 2000, pauseAfterFailure: 5000)
    /// When the last answer was asked for that came.
    private var upTo: Timestamp?
    private var asked = Timestamp.distantPast
    /// Seconds before that which are counted again: what was received then may have been stored since, and a node's clock
    /// may be behind.
    static let overlapSeconds: Int64 = 60

    mutating func invalidate() { pace.invalidate() }
    mutating func restart() { pace.restart() }

    mutating func reset() {
        let token = token + 1
        self = ActivityLoad()
        self.token = token
    }

    /// `now` says what is counted, `due` whether it is time to ask.
    mutating func nextLoad(_ id: InstanceID, at now: Timestamp, due: Timestamp) -> Command? {
        guard pace.begin(at: due) else { return nil }
        token += 1
        asked = now
        let start = Activity.start(at: now)
        // Where the clock was set back, the last answer says nothing of what lies behind it now.
        let known = upTo.flatMap { $0 <= now ? Activity.slotStart($0.advanced(bySeconds: -Self.overlapSeconds)) : nil }
        return .loadActivity(token: token, id, since: max(start, known ?? start))
    }

    /// Whether somebody still waits for this answer.
    mutating func accept(token: Int, isAnswer: Bool, at now: Timestamp, due: Timestamp) -> Bool {
        guard token == self.token else { return false }
        pace.end(isFailure: !isAnswer, at: due)
        guard isAnswer else { return false }
        isKnown = true
        upTo = asked
        return true
    }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}
