import Domain
package import EngineAPI

extension Engine {
    /// How its long-lived work stands: in time or overdue.
    package var activities: [ActivityStanding] { context.watchdog.standings }

    /// Returns when it polls and delivers, or when the caller is cancelled.
    package func untilReady() async {
        let notices = notices()
        if isReady { return }
        for await _ in notices where isReady { return }
    }
}

extension CallbackState {
    /// The same if deliveries go out and their outcomes are recorded; else it is failing, whatever was answered last.
    func overdue(by standings: [ActivityStanding]) -> CallbackState {
        guard let first = standings.first, let since = first.overdueSince else { return self }
        switch self {
        case .none, .held: return self
        case .idle, .healthy: return .failing(reason: first.sentence, at: since, retrying: 0)
        case .failing(let reason, let at, let retrying):
            return .failing(reason: "\(first.sentence) \(reason)", at: at, retrying: retrying)
        }
    }
}
