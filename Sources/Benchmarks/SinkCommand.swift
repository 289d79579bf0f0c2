import ArgumentParser
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization

/// A callback that accepts everything and reports on request how many posts came and how long they took.
struct SinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sink", shouldDisplay: false)

    func run() async throws {
        let tally = Tally()
        var logger = Logger(label: "sink")
        logger.logLevel = .error
        let router = Router()
        router.post("hanging") { _, _ in
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(3600)) }
            return HTTPResponse.Status.ok
        }
        router.post("**") { request, _ in
            for try await _ in request.body {}
            tally.count()
            return HTTPResponse.Status.ok
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                StandardOutput.line("\(channel.localAddress?.port ?? 0)")
            },
            logger: logger
        )
        // Each line asks for the tally and starts a new one.
        let requests = Thread {
            while readLine() != nil {
                StandardOutput.line(tally.drain())
            }
        }
        requests.start()
        try await application.runService()
    }
}

/// Counts posts and the time from the first to the last.
private final class Tally: Sendable {
    private struct Count {
        var posts = 0
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
    }

    private let state = Mutex(Count())
    private let clock = ContinuousClock()

    func count() {
        let now = clock.now
        state.withLock { state in
            state.posts += 1
            state.first = state.first ?? now
            state.last = now
        }
    }

    /// `posts seconds`.
    func drain() -> String {
        state.withLock { state in
            defer { state = Count() }
            guard let first = state.first, let last = state.last else { return "0 0" }
            let span = (last - first).components
            return "\(state.posts) \(Double(span.seconds) + Double(span.attoseconds) / 1e18)"
        }
    }
}

/// The running sink, as the measuring process sees it.
struct Sink {
    let child: ChildProcess
    let port: Int

    init() throws {
        child = try ChildProcess(["sink"])
        port = Int(child.line() ?? "") ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)/callback" }
    /// Never answered.
    var hangingURL: String { "http://127.0.0.1:\(port)/hanging" }

    /// Posts and seconds since the last time it was asked.
    func tally() throws -> (posts: Int, seconds: Double) {
        try child.send("?")
        let parts = (child.line() ?? "").split(separator: " ")
        guard parts.count == 2 else { return (0, 0) }
        return (Int(parts[0]) ?? 0, Double(parts[1]) ?? 0)
    }
}
