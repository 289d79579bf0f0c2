package import Hummingbird
import Logging
import Primitives
import ServiceLifecycle
import TestSupport

/// A server of the test's own on a free port of 127.0.0.1.
package struct LocalServer: Sendable {
    package let port: Int
    private let underWay: RequestsUnderWay
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    package var url: String { "http://127.0.0.1:\(port)" }

    package static func start<Responder: HTTPResponder>(_ responder: Responder) async throws -> LocalServer
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let underWay = RequestsUnderWay()
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: EndingResponder(responder: responder, underWay: underWay),
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
        for await port in ports { return LocalServer(port: port, underWay: underWay, group: group, task: task) }
        try await task.value
        throw CancellationError()
    }

    /// Drops what is under way.
    ///
    /// A connection that was accepted and is not served when the task is cancelled ends the whole process, as the library's
    /// writer may not go away unfinished. So the requests are cancelled, and the task only if that was not enough: nothing is
    /// accepted by then.
    package func stop() async {
        underWay.cancelAll()
        await group.triggerGracefulShutdown()
        let isOver = Locked(false)
        let task = task
        let ending = Task {
            _ = await task.result
            isOver.withLock { $0 = true }
        }
        do {
            try await waitUntil("the server ends", within: 1) { isOver.withLock { $0 } }
        } catch {
            task.cancel()
        }
        await ending.value
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
