package import Domain
package import Logging
package import ServiceLifecycle

/// Everything of the gateway that the program runs in its service group.
///
/// Put `services` after the engine: groups stop in reverse order, so the doors close before what is behind them.
package struct GatewayServices: Sendable {
    package let receiver: Listener<ReceiverResponder>
    package let management: Listener<ManagementResponder>

    /// `onReceiverBound` and `onManagementBound` are told where each listens once it does (the port may have been 0).
    package init(
        engine: any GatewayEngine,
        credentials: Credentials,
        configuration: GatewayConfiguration,
        now: @escaping @Sendable () -> Timestamp = SystemTime.now,
        logger: Logger,
        onReceiverBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in },
        onManagementBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in }
    ) {
        let metrics = GatewayMetrics()
        receiver = Listener(
            option: "--receiver",
            address: configuration.receiver,
            responder: ReceiverResponder(
                engine: engine,
                metrics: metrics,
                bodyLimit: configuration.receiverBodyLimit,
                logger: logger
            ),
            limits: .init(
                connections: configuration.receiverConnections,
                idleTimeout: configuration.idleTimeout,
                headTimeout: configuration.headTimeout,
                bodyTimeout: configuration.bodyTimeout,
                readerTimeout: configuration.readerTimeout
            ),
            onBound: onReceiverBound,
            logger: logger
        )
        management = Listener(
            option: "--management",
            address: configuration.management,
            responder: ManagementResponder(
                ManagementAPI(
                    engine: engine,
                    credentials: credentials,
                    metrics: metrics,
                    now: now,
                    logger: logger
                ),
                allowedHosts: configuration.managementHosts + [configuration.management.host],
                bodyLimit: configuration.managementBodyLimit
            ),
            limits: .init(
                connections: configuration.managementConnections,
                idleTimeout: configuration.idleTimeout,
                headTimeout: configuration.headTimeout,
                bodyTimeout: configuration.bodyTimeout,
                readerTimeout: configuration.readerTimeout
            ),
            onBound: { address in
                // Of plain http, Salesforce lets a browser be sent to this name alone.
                engine.takeRedirects(at: "http://localhost:\(address.port)\(OAuthRoutes.callbackPath)")
                await onManagementBound(address)
            },
            logger: logger
        )
    }

    /// In the order in which they start.
    package var services: [any Service] { [receiver, management] }
}
