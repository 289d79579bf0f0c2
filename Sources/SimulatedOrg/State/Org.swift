/// A simulated Salesforce org: answers requests, with or without sockets, and takes orders from tests.
package actor Org {
    private var state: OrgState
    private var calloutSignal: AsyncStream<Void>.Continuation?

    /// Creates an org with its users and believable records.
    package init(configuration: SimulatedOrgConfiguration = .init(), clock: OrgClock = .system) {
        var state = OrgState(configuration: configuration, clock: clock)
        state.seedRecords(each: configuration.recordsPerObject)
        self.state = state
    }

    /// Answers a request exactly as the server would, without a socket.
    package func respond(to request: SimulatedRequest) -> SimulatedResponse {
        defer { signalWaitingCallouts() }
        return state.respond(to: request)
    }

    /// The org's current time.
    package var now: Stamp { state.now }

    /// The 18-character id of the org.
    package var organizationID: String { state.organizationID }

    /// The address that tokens name as `instance_url`.
    package var instanceURL: String { state.instanceURL }

    /// Moves the org to another host: tokens name it from now on.
    package func move(to url: String) { state.instanceURL = url }

    /// Sets the address that tokens name, unless the configuration fixed one.
    package func serve(at url: String) {
        if state.configuration.instanceURL == nil { state.instanceURL = url }
    }

    /// Moves the clock by so many seconds.
    package func advanceClock(seconds: Int) {
        state.clock.advance(seconds: seconds)
    }

    /// An access token without the way through a grant.
    package func openSession() -> String {
        state.openSession(user: state.integrationUser, scope: "api id", family: nil)
    }

    /// Ends every session; refresh tokens live on.
    package func expireSessions() {
        state.access.sessions.removeAll()
    }

    /// Lets every open query locator expire.
    package func expireLocators() {
        state.cursors.expireAll()
    }

    /// Adds a fault rule.
    package func add(_ rule: FaultRule) {
        state.faults.add(rule)
    }

    /// Removes all fault rules.
    package func removeFaults() {
        state.faults.removeAll()
    }

    /// How often rules of each name struck since the org began.
    package var strikes: [String: Int] { state.faults.strikes }

    /// Sets how many calls a day are allowed and how many were used.
    package func setUsage(used: Int? = nil, limit: Int? = nil, concurrencyExhausted: Bool? = nil) {
        if let used { state.usage.used = used }
        if let limit { state.usage.limit = limit }
        if let concurrencyExhausted { state.usage.isConcurrencyExhausted = concurrencyExhausted }
    }

    /// API calls counted since midnight.
    package var callsUsed: Int { state.usage.used }

    /// How often each method and path was asked for; ids in paths are starred.
    package var calls: [String: Int] { state.calls }

    /// Forgets the counted calls.
    package func resetCalls() {
        state.calls.removeAll()
    }

    /// The commits since a sequence number, oldest first: the truth that a poller is held against.
    package func history(since sequence: Int = 0) -> [OrgChange] {
        guard let first = state.history.firstIndex(where: { $0.sequence > sequence }) else { return [] }
        return Array(state.history[first...])
    }

    /// Runs a step on the whole state at once.
    func withState<Result: Sendable>(_ step: (inout OrgState) throws -> Result) rethrows -> Result {
        defer { signalWaitingCallouts() }
        return try step(&state)
    }

    /// Speaks up whenever callouts may have come due; a later call replaces an earlier one.
    func calloutSignals() -> AsyncStream<Void> {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        calloutSignal?.finish()
        calloutSignal = continuation
        signalWaitingCallouts()
        return signals
    }

    /// Wakes whoever posts callouts.
    func signalCallouts() {
        calloutSignal?.yield()
    }

    private func signalWaitingCallouts() {
        guard let calloutSignal, let due = state.callouts.nextDue, due <= state.now else { return }
        calloutSignal.yield()
    }
}
