import Domain

/// What is said of an object's poll when it is over.
///
/// Invariants: the org's words are those of the problem, so that there are none without one; a failure is a problem, too.
struct PollOutcome: Sendable {
    /// What keeps this object from being complete; the last words win.
    private(set) var problem: String?
    /// The org's own words for it.
    private(set) var providerMessage: String?
    /// The failure that ended this object's poll.
    private(set) var failure: SalesforceError?
    private(set) var rowsRead = 0
    /// The first read of everything stopped where one poll's share ends; the next poll goes on from there.
    private(set) var leavesRows = false
    var doubts = DoubtedClaims()

    /// Says what keeps this object from being complete, with the org's own words beside ours.
    mutating func recordProblem(_ sentence: String, providerMessage: String? = nil) {
        problem = sentence
        self.providerMessage = providerMessage
    }

    mutating func fail(_ error: SalesforceError) {
        failure = error
        recordProblem(error.message, providerMessage: error.providerMessage)
    }

    mutating func count(rows: Int) { rowsRead += rows }

    mutating func leaveRows() { leavesRows = true }
}
