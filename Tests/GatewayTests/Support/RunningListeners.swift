import Logging
import NIOCore
import ServiceLifecycle
import TestSupport

@testable import Gateway

/// Both listeners on free ports of this machine, on a stub engine.
enum RunningListeners {
    /// `body` gets the addresses of receiver and management, like `http://127.0.0.1:34567`.
    ///
    /// The limits that a test is not about are far away: its own client may be slow beside a busy compiler.
    static func run(
        limit: Int = 1000,
        connections: Int = 1024,
        readerTimeout: TimeAmount? = nil,
        requestTimeout: TimeAmount = .seconds(300),
        abandonTimeout: TimeAmount = .seconds(300),
        logger: Logger = Logger.quiet,
        _ body: (StubEngine, _ receiver: String, _ management: String) async throws -> Void
    ) async throws {
        let engine = StubEngine()
        let (ports, continuation) = AsyncStream.makeStream(of: (Bool, ListenerAddress).self)
        var configuration = GatewayConfiguration()
        configuration.receiver = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.management = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.receiverBodyLimit = limit
        configuration.receiverConnections = connections
        configuration.managementConnections = connections
        if let readerTimeout { configuration.readerTimeout = readerTimeout }
        configuration.abandonTimeout = abandonTimeout
        configuration.idleTimeout = requestTimeout
        configuration.headTimeout = requestTimeout
        configuration.bodyTimeout = requestTimeout
        let services = GatewayServices(
            engine: engine,
            credentials: Fixture.credentials,
            configuration: configuration,
            now: { Fixture.start },
            logger: logger,
            onReceiverBound: { continuation.yield((true, $0)) },
            onManagementBound: { continuation.yield((false, $0)) }
        )
        let group = ServiceGroup(services: services.services, logger: logger)
        let run = Task { try await group.run() }
        var receiver = ""
        var management = ""
        for await (isReceiver, address) in ports {
            if isReceiver { receiver = "http://\(address)" } else { management = "http://\(address)" }
            if !receiver.isEmpty, !management.isEmpty { break }
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(engine, receiver, management)) } catch { outcome = .failure(error) }
        await group.triggerGracefulShutdown()
        try await run.value
        try outcome.get()
    }

    static func port(_ address: String) -> Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 0 }
}
