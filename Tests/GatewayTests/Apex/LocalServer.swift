import Hummingbird

/// A server of the test's own on a free port of this machine.
struct LocalServer: Sendable {
    let port: Int
    private let task: Task<Void, any Error>

    var url: String { "http://127.0.0.1:\(port)" }

    static func start<Responder: HTTPResponder>(_ responder: Responder) async throws -> LocalServer
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0.localAddress?.port ?? 0) },
            logger: ListenerTests.logger
        )
        let task = Task {
            defer { bound.finish() }
            try await application.run()
        }
        for await port in ports { return LocalServer(port: port, task: task) }
        try await task.value
        throw CancellationError()
    }

    func stop() async {
        task.cancel()
        _ = await task.result
    }
}
