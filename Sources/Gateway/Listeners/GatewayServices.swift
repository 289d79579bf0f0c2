import Domain
package import EngineAPI
package import Logging
package import Primitives
package import ServiceLifecycle
package import Telemetry

/// Everything of the gateway that the program runs in its service group.
///
/// Put `services` after the engine: groups stop in reverse order, so the doors close before what is behind them.
package struct GatewayServices: Sendable {
    package let receiver: Listener<ReceiverResponder>
    package let management: Listener<ManagementResponder>

    /// `onReceiverBound` and `onManagementBound` are told where each listens once it does (the port may have been 0).
    package init(
        engine: any ListenerEngine,
        credentials: Credentials,
        configuration: GatewayConfiguration,
        metrics registry: MetricsRegistry = MetricsRegistry(),
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        logger: Logger,
        onReceiverBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in },
        onManagementBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in }
    ) {
        let metrics = GatewayMetrics(registry)
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
                readerTimeout: configuration.readerTimeout,
                abandonTimeout: configuration.abandonTimeout
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
                readerTimeout: configuration.readerTimeout,
                abandonTimeout: configuration.abandonTimeout
            ),
            onBound: { address in
                // Of plain http, Salesforce lets a browser be sent to this name alone.
                engine.acceptRedirects(at: "http://localhost:\(address.port)\(OAuthRoutes.callbackPath)")
                await onManagementBound(address)
            },
            logger: logger
        )
    }

    /// Both listeners, which start and stop side by side.
    package var services: [any Service] { [Listeners(services: [receiver, management])] }
}

/// Services that stop together: the time that one takes is not added to another's.
private struct Listeners: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            // The first that fails ends the other, too; `waitForAll` would wait for it.
            for try await _ in group {}
        }
    }
}
