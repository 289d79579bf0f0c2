import Domain
import Primitives

/// The groups of failures of the instance on the screen, asked for while somebody looks at them: at most once a second and
/// one request at a time.
struct FailuresLoad: Sendable {
    /// Those of most events first; nil until they are known.
    private(set) var groups: [FailureGroup]?
    private(set) var failure: String?
    private var token: Int
    private var pace = LoadPace(pause: 1000)

    init(after token: Int = 0) { self.token = token }

    mutating func invalidate() { pace.invalidate() }
    mutating func restart() { pace.restart() }

    mutating func nextLoad(_ instance: InstanceID, at now: Timestamp) -> Command? {
        guard pace.begin(at: now) else { return nil }
        token += 1
        return .loadFailures(token: token, instance)
    }

    mutating func accept(token: Int, _ result: Result<[FailureGroup], Failure>, at now: Timestamp) {
        guard token == self.token, pace.isOutstanding else { return }
        pace.end(result, at: now)
        switch result {
        case .success(let groups): (self.groups, failure) = (groups, nil)
        case .failure(let error): failure = error.sentence
        }
    }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}
