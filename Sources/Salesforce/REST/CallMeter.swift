package import Domain

/// Counts calls that the org's allowance pays for, and keeps what the org last said of it.
package actor CallMeter {
    package private(set) var calls = 0
    package private(set) var usage: APIUsage?
    /// New sessions that were refused one after another, without a single answer between them.
    private var refusedSessions = 0

    package init() {}

    func count(_ answer: HTTPAnswer) {
        calls += 1
        if answer.isSuccess { refusedSessions = 0 }
        if let header = answer.headers["sforce-limit-info"], let usage = APIUsage(limitInfo: header) {
            self.usage = usage
        }
    }

    /// Counts a session that was refused as soon as it was there; says how many it were in a row.
    func refuseSession() -> Int {
        refusedSessions += 1
        return refusedSessions
    }
}
