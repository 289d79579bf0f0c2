import Domain
import EngineAPI
import Logging
import Primitives

/// That a poll takes longer than polls are apart: while it is under way, no other one brings what is new. Long before the
/// watchdog takes it for hung, nothing may say that the source is live.
struct PollLateness: Sendable, Hashable {
    /// One sentence.
    let reason: String
    /// When it was the turn of the next poll.
    let since: Timestamp

    /// Milliseconds without an answer after which it is said that the org is waited for.
    static let patience: Int64 = 30_000
    /// Milliseconds beyond its time that a poll gets whose requests are answered.
    static let grace: Int64 = 60_000

    /// Nil while it is in time. `waiting` is since when it has been waiting for an answer of the org, if it is; `interval`
    /// is in milliseconds, from poll to poll.
    init?(began: Timestamp, waiting: Timestamp?, interval: Int64, at now: Timestamp) {
        let time = max(interval, Self.patience)
        let taken = now.since(began)
        guard taken >= time else { return nil }
        since = began.advanced(byMilliseconds: time)
        if let waited = waiting.map({ now.since($0) }), waited >= Self.patience {
            reason = "The poll has been waiting for the org for \(Self.words(waited))."
        } else if taken >= time + Self.grace {
            reason = "The poll has been under way for \(Self.words(taken)), longer than polls are apart."
        } else {
            return nil
        }
    }

    private static func words(_ milliseconds: Int64) -> String {
        milliseconds < 60_000 ? "\(milliseconds / 1000) s" : "\(milliseconds / 60_000) min"
    }
}

extension Poller {
    /// Of the poll that is under way; nil while it is in time.
    var lateness: PollLateness? {
        guard let turn, let interval = schedule.wantedInterval else { return nil }
        return PollLateness(began: turn.began, waiting: turn.waiting, interval: interval, at: context.clock.due)
    }

    /// Says how a poll stands that takes longer than polls are apart, each time that the words change.
    func watchLateness(of turn: PollTurn) -> Task<Void, Never>? {
        guard let interval = schedule.wantedInterval else { return nil }
        return Task { [context] in
            var look = turn.began.advanced(byMilliseconds: max(interval, PollLateness.patience))
            var said: String?
            while true {
                do { try await context.clock.sleep(until: look) } catch { return }
                guard turn === self.turn, !Task.isCancelled else { return }
                let reason = self.lateness?.reason
                if let reason, said == nil {
                    context.logger.warning("\(reason)", metadata: ["instance": "\(self.id)"])
                }
                if reason != said { context.notices.post(.instance(self.id)) }
                said = reason
                look = context.clock.due.advanced(byMilliseconds: PollLateness.patience)
            }
        }
    }
}
