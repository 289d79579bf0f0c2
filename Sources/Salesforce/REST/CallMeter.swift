package import Domain

/// Counts calls of an org by their purpose, and keeps what the org last said of its allowance.
package actor CallMeter {
    package private(set) var calls = APICalls()
    /// Those that `drain` has returned.
    private var drained = APICalls()
    package private(set) var usage: APIUsage?
    /// New sessions that were refused one after another, without a single answer between them.
    private var refusedSessions = 0

    package init() {}

    func count(_ answer: HTTPAnswer, for purpose: CallPurpose) {
        calls.count(purpose)
        if answer.isSuccess { refusedSessions = 0 }
        if let header = answer.headers["sforce-limit-info"], let usage = APIUsage(limitInfo: header) {
            self.usage = usage
        }
    }

    /// One whose answer did not come.
    func count(_ purpose: CallPurpose) { calls.count(purpose) }

    func countToken() { calls.count(.tokens) }

    /// The calls since this was asked last.
    func drain() -> APICalls {
        defer { drained = calls }
        return calls.since(drained)
    }

    /// Counts a session that was refused as soon as it was there; says how many it were in a row.
    func refuseSession() -> Int {
        refusedSessions += 1
        return refusedSessions
    }
}
