/// An org's services over one database of records; ``Org`` guards them.
///
/// Each holds its own state and is handed what it may touch when it is made.
final class OrgServices {
    let settings: OrgSettings
    let database: OrgDatabase
    let usage: CallUsage
    let faults: FaultInjector
    let oauth: OAuthService
    let data: DataService
    let replication: ReplicationService
    let metadata: MetadataService
    let callouts: CalloutService
    let activity: BusinessActivity

    init(configuration: SimulatedOrgConfiguration, clock: OrgClock) {
        settings = OrgSettings(configuration)
        database = OrgDatabase(settings: settings, clock: clock)
        usage = CallUsage(limit: configuration.dailyCalls)
        faults = FaultInjector(usage: usage)
        oauth = OAuthService(settings: settings, database: database)
        data = DataService(settings: settings, database: database, usage: usage)
        replication = ReplicationService(settings: settings, database: database)
        metadata = MetadataService(settings: settings, database: database)
        callouts = CalloutService(settings: settings, database: database, metadata: metadata)
        activity = BusinessActivity(settings: settings, database: database)
    }

    /// Hands the commits since the last time to whoever posts callouts; called after each step on the org.
    func publishCommits() {
        for writes in database.drainCommits() { callouts.enqueue(for: writes) }
    }
}
