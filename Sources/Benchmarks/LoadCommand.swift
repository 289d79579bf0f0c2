import ArgumentParser
import Domain
import Foundation
import Primitives

/// The load of the intake row, in a process of its own.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

    @Option var port: Int
    @Option var path: String
    @Option var secret: String
    @Option var requests: Int
    @Option var connections: Int
    /// The first record, so that two runs don't send the same ones.
    @Option var first: Int

    func run() async throws {
        let fixture = WebhookFixture(path: path, secret: secret)
        let now = Timestamp.now()
        let first = first
        let outcome = try await LoadClient(host: "127.0.0.1", port: port, connections: connections)
            .run(total: requests) { fixture.request(first + $0, now: now) }
        let line: JSON = [
            "perSecond": .number(String(outcome.perSecond)), "failures": .integer(outcome.failures),
            "p50": .number(String(outcome.percentile(0.5))), "p99": .number(String(outcome.percentile(0.99))),
        ]
        print(line.text)
    }

    /// Runs it and reads what it measured.
    static func measure(port: Int, path: String, secret: String, requests: Int, connections: Int, first: Int) throws
        -> JSON
    {
        let child = try ChildProcess([
            "load", "--port", "\(port)", "--path", path, "--secret", secret, "--requests", "\(requests)",
            "--connections", "\(connections)", "--first", "\(first)",
        ])
        defer { child.stop() }
        return try JSON(parsing: child.line() ?? "null")
    }
}
