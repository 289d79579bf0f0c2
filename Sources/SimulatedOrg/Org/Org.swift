/// A simulated Salesforce org: answers requests, with or without sockets, and does what tests ask of it.
package actor Org {
    private let services: OrgServices
    private let router: OrgRouter
    private var calloutSignal: AsyncStream<Void>.Continuation?

    /// Creates an org with its users and believable records.
    package init(configuration: SimulatedOrgConfiguration = .init(), clock: OrgClock = .system) {
        let services = OrgServices(configuration: configuration, clock: clock)
        services.activity.seedRecords(each: configuration.recordsPerObject)
        services.publishCommits()
        self.services = services
        router = OrgRouter(services)
    }

    /// Answers a request exactly as the server would, without a socket.
    package func respond(to request: SimulatedRequest) -> SimulatedResponse {
        perform { _ in router.respond(to: request) }
    }

    /// The org's current time.
    package var now: Stamp { services.database.now }

    /// The 18-character id of the org.
    package var organizationID: String { services.database.organizationID }

    /// The address that tokens name as `instance_url`.
    package var instanceURL: String { services.settings.instanceURL }

    /// Moves the org to another host: tokens name it from now on.
    package func move(to url: String) { services.settings.instanceURL = url }

    /// Sets the address that tokens name, unless the configuration fixed one.
    package func serve(at url: String) {
        if services.settings.configuration.instanceURL == nil { services.settings.instanceURL = url }
    }

    /// Moves the clock by so many seconds.
    package func advanceClock(seconds: Int) {
        services.database.clock.advance(seconds: seconds)
    }

    /// An access token without the way through a grant.
    package func openSession() -> String { services.oauth.openSession() }

    /// Ends every session; refresh tokens live on.
    package func expireSessions() { services.oauth.expireSessions() }

    /// Lets every open query locator expire.
    package func expireLocators() { services.data.expireLocators() }

    /// Adds a fault rule.
    package func add(_ rule: FaultRule) { services.faults.add(rule) }

    /// Removes all fault rules.
    package func removeFaults() { services.faults.removeAll() }

    /// How often rules of each name struck since the org began.
    package var strikes: [String: Int] { services.faults.strikes }

    /// Sets how many calls a day are allowed and how many were used.
    package func setUsage(used: Int? = nil, limit: Int? = nil, concurrencyExhausted: Bool? = nil) {
        services.usage.set(used: used, limit: limit, concurrencyExhausted: concurrencyExhausted)
    }

    /// API calls counted since midnight.
    package var callsUsed: Int { services.usage.used }

    /// How often each method and path was asked for; ids in paths are starred.
    package var calls: [String: Int] { services.usage.calls }

    /// Forgets the counted calls.
    package func resetCalls() { services.usage.resetCalls() }

    /// The commits since a sequence number, oldest first: the truth that a poller is held against.
    package func history(since sequence: Int = 0) -> [OrgChange] {
        services.database.history.changes(since: sequence)
    }

    /// Changes the configuration, rotation or short pages for example, while the org lives.
    package func configure(_ change: @Sendable (inout SimulatedOrgConfiguration) -> Void) {
        change(&services.settings.configuration)
    }

    /// Runs one step on the services; callouts for what it commits are queued before anything else runs.
    func perform<Result>(_ step: (OrgServices) throws -> Result) rethrows -> Result {
        defer {
            services.publishCommits()
            signalDueCallouts()
        }
        return try step(services)
    }

    /// Yields whenever callouts may have come due; a later call replaces an earlier one.
    func calloutSignals() -> AsyncStream<Void> {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        calloutSignal?.finish()
        calloutSignal = continuation
        signalDueCallouts()
        return signals
    }

    /// Wakes whoever posts callouts when one is due.
    func signalDueCallouts() {
        guard let calloutSignal, let due = services.callouts.nextDue, due <= services.database.now else { return }
        calloutSignal.yield()
    }
}
