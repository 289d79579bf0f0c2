import Domain
package import EngineAPI
package import Logging
package import Primitives

/// What the routes of the management API work with.
package struct ManagementAPI: Sendable {
    package let engine: any ListenerEngine
    /// As they are now.
    package let credentials: @Sendable () -> Credentials
    /// Brings them up to date where they may have been changed at another node.
    let renew: @Sendable () async -> Void
    let tries: FailedTries
    package let metrics: GatewayMetrics
    package let now: @Sendable () -> Timestamp
    package let heartbeat: Duration
    package let logger: Logger

    /// With `live` it goes by the credentials as they are at each call.
    package init(
        engine: any ListenerEngine,
        credentials: Credentials,
        live: (@Sendable () -> Credentials)? = nil,
        renew: @escaping @Sendable () async -> Void = {},
        metrics: GatewayMetrics = .init(),
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        heartbeat: Duration = .seconds(15),
        logger: Logger
    ) {
        self.engine = engine
        self.credentials = live ?? { credentials }
        self.renew = renew
        tries = FailedTries()
        self.metrics = metrics
        self.now = now
        self.heartbeat = heartbeat
        self.logger = logger
    }
}
