package import Hummingbird
import Logging
import ServiceLifecycle
import TestSupport

/// A server of the test's own on a free port of 127.0.0.1.
package struct LocalServer: Sendable {
    package let port: Int
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    package var url: String { "http://127.0.0.1:\(port)" }

    package static func start<Responder: HTTPResponder>(_ responder: Responder) async throws -> LocalServer
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0.localAddress?.port ?? 0) },
            logger: .quiet
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: .quiet))
        let task = Task {
            // One that could not listen ends the wait for its port.
            defer { bound.finish() }
            try await group.run()
        }
        for await port in ports { return LocalServer(port: port, group: group, task: task) }
        try await task.value
        throw CancellationError()
    }

    /// Drops what is under way, also connections that are just being made.
    package func stop() async {
        task.cancel()
        _ = await task.result
    }

    /// Waits for what is under way, which must end by itself.
    package func stopGracefully() async {
        await group.triggerGracefulShutdown()
        _ = await task.result
    }

    /// Serves for as long as `body` takes.
    package static func run<Responder: HTTPResponder, Result>(
        _ responder: Responder,
        _ body: (LocalServer) async throws -> Result
    ) async throws -> Result where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let server = try await start(responder)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }
}
