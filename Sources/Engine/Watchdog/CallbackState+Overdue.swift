import Domain
import EngineAPI

extension CallbackState {
    /// The same if deliveries go out and their outcomes are recorded; else it is failing, whatever was answered last.
    func overdue(by standings: [ActivityStanding]) -> CallbackState {
        guard let first = standings.first, let since = first.overdueSince else { return self }
        switch self {
        case .none, .held: return self
        case .idle, .healthy: return .failing(reason: first.sentence, at: since, retrying: 0)
        case .failing(let reason, let at, let retrying, let until):
            return .failing(reason: "\(first.sentence) \(reason)", at: at, retrying: retrying, until: until)
        }
    }
}
