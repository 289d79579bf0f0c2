package import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import TestSupport

/// A server of the test's own on a free port of 127.0.0.1.
package struct LocalServer: Sendable {
    package let port: Int
    private let listening: any Channel
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    package var url: String { "http://127.0.0.1:\(port)" }

    package static func start<Responder: HTTPResponder>(_ responder: Responder) async throws -> LocalServer
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let (channels, bound) = AsyncStream.makeStream(of: (any Channel).self)
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0) },
            logger: .quiet
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: .quiet))
        let task = Task {
            // One that could not listen ends the wait for its port.
            defer { bound.finish() }
            try await group.run()
        }
        for await channel in channels {
            return LocalServer(port: channel.localAddress?.port ?? 0, listening: channel, group: group, task: task)
        }
        try await task.value
        throw CancellationError()
    }

    /// Drops what is under way.
    ///
    /// A connection that was accepted and is not served when the task is cancelled ends the whole process, as the library's
    /// writer may not go away unfinished: so nothing is accepted any more first, and what was accepted begins to be served.
    package func stop() async {
        await group.triggerGracefulShutdown()
        try? await listening.closeFuture.get()
        try? await Task.sleep(for: .milliseconds(50))
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
