import Domain
import Primitives

/// The groups of failures of the instance on the screen, asked for while somebody looks at them: at most once a second and
/// one request at a time.
struct FailuresLoad: Sendable {
    private static let pause: Int64 = 1000
    private static let pauseAfterFailure: Int64 = 2000

    /// Those of most events first; nil until they are known.
    private(set) var groups: [FailureGroup]?
    private(set) var failure: String?
    private var token: Int
    private var isOutstanding = false
    private var isStale = true
    private var notBefore = Timestamp.distantPast

    init(after token: Int = 0) { self.token = token }

    mutating func invalidate() { isStale = true }

    mutating func nextLoad(_ instance: InstanceID, at now: Timestamp) -> Command? {
        guard isStale, !isOutstanding, now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        notBefore = now.advanced(byMilliseconds: Self.pause)
        token += 1
        return .loadFailures(token: token, instance)
    }

    mutating func accept(token: Int, _ result: Result<[FailureGroup], Failure>, at now: Timestamp) {
        guard token == self.token, isOutstanding else { return }
        isOutstanding = false
        switch result {
        case .success(let groups): (self.groups, failure) = (groups, nil)
        case .failure(let error):
            failure = error.sentence
            isStale = true
            notBefore = max(notBefore, now.advanced(byMilliseconds: Self.pauseAfterFailure))
        }
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
