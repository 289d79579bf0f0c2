import Domain
package import EngineAPI
package import Logging
package import Primitives

/// What the routes of the management API work with.
package struct ManagementAPI: Sendable {
    package let engine: any ListenerEngine
    package let credentials: Credentials
    package let metrics: GatewayMetrics
    package let now: @Sendable () -> Timestamp
    package let heartbeat: Duration
    package let logger: Logger

    package init(
        engine: any ListenerEngine,
        credentials: Credentials,
        metrics: GatewayMetrics = .init(),
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        heartbeat: Duration = .seconds(15),
        logger: Logger
    ) {
        self.engine = engine
        self.credentials = credentials
        self.metrics = metrics
        self.now = now
        self.heartbeat = heartbeat
        self.logger = logger
    }
}
