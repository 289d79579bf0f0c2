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
    /// The management API at `GatewayConfiguration.managementSocket`.
    package let socket: Listener<ManagementResponder>?

    /// `renew` brings `live` up to date before a secret is refused. `onReceiverBound` and `onManagementBound` are told where each listens once it does (the port may have been 0), and
    /// `onSocketBound` that the socket is there.
    package init(
        engine: any ListenerEngine,
        credentials: Credentials,
        live: (@Sendable () -> Credentials)? = nil,
        renew: @escaping @Sendable () async -> Void = {},
        configuration: GatewayConfiguration,
        metrics registry: MetricsRegistry = MetricsRegistry(),
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        logger: Logger,
        onReceiverBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in },
        onManagementBound: @escaping @Sendable (ListenerAddress) async -> Void = { _ in },
        onSocketBound: @escaping @Sendable () async -> Void = {}
    ) {
        let metrics = GatewayMetrics(registry, onDashboards: configuration.onDashboards)
        receiver = Listener(
            option: "--receiver",
            address: configuration.receiver,
            responder: ReceiverResponder(
                engine: engine,
                metrics: metrics,
                tracer: configuration.tracer,
                bodyLimit: configuration.receiverBodyLimit,
                slots: InstanceSlots(limit: configuration.receiverConnections / 2),
                logger: logger
            ),
            limits: Listener.Limits(configuration, connections: configuration.receiverConnections),
            tls: configuration.receiverTLS,
            worksOnLoops: true,
            onBound: onReceiverBound,
            logger: logger
        )
        let api = ManagementAPI(
            engine: engine,
            credentials: credentials,
            live: live,
            renew: renew,
            metrics: metrics,
            now: now,
            logger: logger
        )
        let hasTLS = configuration.managementTLS != nil
        management = Listener(
            option: "--management",
            address: configuration.management,
            responder: ManagementResponder(
                api,
                // Under any other name than the certificate's, a page can't have been led here.
                hosts: hasTLS ? nil : configuration.managementHosts + [configuration.management.host],
                bodyLimit: configuration.managementBodyLimit
            ),
            limits: Listener.Limits(configuration, connections: configuration.managementConnections),
            tls: configuration.managementTLS,
            onBound: { address in
                // Of plain http, Salesforce lets a browser be sent to this name alone.
                let scheme = hasTLS ? "https" : "http"
                engine.acceptRedirects(at: "\(scheme)://localhost:\(address.port)\(OAuthRoutes.callbackPath)")
                await onManagementBound(address)
            },
            logger: logger
        )
        socket = configuration.managementSocket.map { path in
            Listener(
                option: "--data-dir",
                address: ListenerAddress(host: path, port: 0),
                responder: ManagementResponder(api, hosts: [], bodyLimit: configuration.managementBodyLimit),
                limits: Listener.Limits(configuration, connections: configuration.socketConnections),
                socket: path,
                onBound: { _ in await onSocketBound() },
                logger: logger
            )
        }
    }

    /// All listeners, which start and stop side by side.
    package var services: [any Service] {
        [Listeners(services: [receiver, management] + [socket].compactMap { $0 })]
    }
}

extension Listener.Limits {
    fileprivate init(_ configuration: GatewayConfiguration, connections: Int) {
        self.init(
            connections: connections,
            connectionsOfOne: connections / 2,
            idleTimeout: configuration.idleTimeout,
            headTimeout: configuration.headTimeout,
            bodyTimeout: configuration.bodyTimeout,
            readerTimeout: configuration.readerTimeout,
            abandonTimeout: configuration.abandonTimeout
        )
    }
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
