package import Domain
package import Logging

/// What the routes of the management API work with.
package struct ManagementAPI: Sendable {
    package let engine: any GatewayEngine
    package let credentials: Credentials
    package let directory: ReceiverDirectory
    package let authorizations: PendingAuthorizations
    package let metrics: GatewayMetrics
    /// The address where a person grants access; the connector's, as only it knows Salesforce.
    package let authorizeURL: @Sendable (InstanceConfiguration, _ state: String) -> String
    package let now: @Sendable () -> Timestamp
    package let heartbeat: Duration
    package let logger: Logger

    package init(
        engine: any GatewayEngine,
        credentials: Credentials,
        directory: ReceiverDirectory,
        authorizations: PendingAuthorizations = .init(),
        metrics: GatewayMetrics = .init(),
        authorizeURL: @escaping @Sendable (InstanceConfiguration, _ state: String) -> String,
        now: @escaping @Sendable () -> Timestamp = SystemTime.now,
        heartbeat: Duration = .seconds(15),
        logger: Logger
    ) {
        self.engine = engine
        self.credentials = credentials
        self.directory = directory
        self.authorizations = authorizations
        self.metrics = metrics
        self.authorizeURL = authorizeURL
        self.now = now
        self.heartbeat = heartbeat
        self.logger = logger
    }
}
