import Hummingbird
package import Logging
import ServiceLifecycle

/// Serves a simulated org over HTTP until it is told to stop.
package struct SimulatedOrgServer: Service {
    private let configuration: SimulatedOrgConfiguration
    private let org: Org
    private let logger: Logger
    private let onBound: @Sendable (Int) async -> Void

    /// Creates a server; `onBound` hears the port once it listens.
    package init(
        configuration: SimulatedOrgConfiguration,
        org: Org,
        logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.org = org
        self.logger = logger
        self.onBound = onBound
    }

    /// Serves until graceful shutdown or cancellation.
    package func run() async throws {
        let (org, host, onBound) = (org, configuration.host, onBound)
        let application = Application(
            responder: OrgResponder(org: org),
            configuration: ApplicationConfiguration(address: .hostname(host, port: configuration.port)),
            services: [ActivityDriver(org: org), CalloutSender(org: org, logger: logger)],
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                await org.serve(at: "http://\(host):\(port)")
                await onBound(port)
            },
            logger: logger
        )
        try await application.run()
    }

    /// Starts serving in the background and returns once the port is bound.
    ///
    /// - Throws: What kept the server from binding.
    package func start() async throws -> RunningSimulatedOrg {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let onBound = onBound
        let server = SimulatedOrgServer(configuration: configuration, org: org, logger: logger) { port in
            await onBound(port)
            continuation.yield(port)
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        for await port in ports {
            return RunningSimulatedOrg(port: port, host: configuration.host, group: group, task: task)
        }
        try await task.value
        throw CancellationError()
    }
}

/// A server that runs in the background.
package struct RunningSimulatedOrg: Sendable {
    /// The port that it listens on.
    package let port: Int
    private let host: String
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(port: Int, host: String, group: ServiceGroup, task: Task<Void, any Error>) {
        self.port = port
        self.host = host
        self.group = group
        self.task = task
    }

    /// The base address, without a trailing slash.
    package var url: String { "http://\(host):\(port)" }

    /// Finishes what is in flight, then stops.
    package func stop() async {
        await group.triggerGracefulShutdown()
        _ = try? await task.value
    }
}
