package import Domain
package import Logging
package import ServiceLifecycle

/// Everything of the gateway that the program runs in its service group.
///
/// Put `services` after the engine: groups stop in reverse order, so the doors close before what is behind them.
package struct GatewayServices: Sendable {
    package let authorizations: PendingAuthorizations
    package let receiver: Listener<ReceiverResponder>
    package let management: Listener<ManagementResponder>
    package let directory: DirectoryService

    /// `onReceiverBound` and `onManagementBound` are told where each listens once it does (the port may have been 0).
    package init(
        engine: any GatewayEngine,
        credentials: Credentials,
        configuration: GatewayConfiguration,
        authorizations: PendingAuthorizations = .init(),
        authorizeURL: @escaping @Sendable (InstanceConfiguration, _ state: String) -> String,
        now: @escaping @Sendable () -> Timestamp = SystemTime.now,
        logger: Logger,
        onReceiverBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in },
        onManagementBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in }
    ) {
        self.authorizations = authorizations
        let receivers = ReceiverDirectory(store: engine.store)
        let metrics = GatewayMetrics()
        directory = DirectoryService(directory: receivers, engine: engine)
        receiver = Listener(
            option: "--receiver",
            address: configuration.receiver,
            responder: ReceiverResponder(
                engine: engine,
                directory: receivers,
                metrics: metrics,
                bodyLimit: configuration.receiverBodyLimit,
                now: now,
                logger: logger
            ),
            limits: .init(
                connections: configuration.receiverConnections,
                idleTimeout: configuration.idleTimeout,
                bodyTimeout: configuration.bodyTimeout
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
                    directory: receivers,
                    authorizations: authorizations,
                    metrics: metrics,
                    authorizeURL: authorizeURL,
                    now: now,
                    logger: logger
                ),
                allowedHosts: configuration.managementHosts + [configuration.management.host],
                bodyLimit: configuration.managementBodyLimit
            ),
            limits: .init(
                connections: configuration.managementConnections,
                idleTimeout: configuration.idleTimeout,
                bodyTimeout: configuration.bodyTimeout
            ),
            onBound: onManagementBound,
            logger: logger
        )
    }

    /// In the order in which they start.
    package var services: [any Service] { [directory, receiver, management] }
}

/// Keeps what the receiver remembers of instances true.
package struct DirectoryService: Service {
    let directory: ReceiverDirectory
    let engine: any GatewayEngine

    package func run() async throws {
        await directory.follow(engine.notices())
        // The notices end with the engine; a service that returns by itself would take the group down.
        try? await gracefulShutdown()
    }
}
