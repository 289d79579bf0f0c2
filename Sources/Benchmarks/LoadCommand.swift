import ArgumentParser
import Domain
import Foundation
import NIOCore
import Primitives

/// The load of the intake row, in a process of its own.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

    @Option var host = "127.0.0.1"
    @Option var port: Int
    @Option var path: String
    @Option var secret: String
    @Option var requests: Int
    @Option var connections: Int
    /// The first record, so that two runs don't send the same ones.
    @Option var first: Int
    /// Requests a second; without it as many as are answered.
    @Option var rate: Double?
    /// Says `ready` when the requests are made, and begins at the next line of its input.
    @Flag var waits = false
    /// Of which the records are.
    @Option var organization = WebhookFixture.organization

    func run() async throws {
        let fixture = WebhookFixture(path: path, secret: secret, organization: organization)
        let now = Timestamp.now()
        let requests = (first..<(first + requests)).map { fixture.request($0, host: "\(host):\(port)", now: now) }
        if waits {
            StandardOutput.line("ready")
            _ = readLine()
        }
        let outcome = try await LoadClient(host: host, port: port, connections: connections, rate: rate)
            .run(requests)
        let line: JSON = [
            "perSecond": .number(String(outcome.perSecond)), "failures": .integer(outcome.failures),
            "p50": .number(String(outcome.percentile(0.5))), "p99": .number(String(outcome.percentile(0.99))),
            "started": .number(String(outcome.started.uptimeNanoseconds)),
            "processor": .number(String(outcome.processorSeconds / Double(max(1, outcome.requests)) * 1e6)),
        ]
        print(line.text)
    }

    /// What a run measured.
    struct Result: Sendable {
        let perSecond: Double
        let failures: Int
        /// Milliseconds.
        let p50: Double
        let p99: Double
        /// When its clock began, which is when the first request of a rate is due.
        let started: NIODeadline
        /// Microseconds of processor time for each request: of this process, under test, and of the load.
        let cost: Double
        let loadCost: Double
    }

    /// Runs it in a process of its own, and reads what it measured; what this process spent meanwhile is the server's.
    static func measure(
        host: String = "127.0.0.1",
        port: Int,
        path: String,
        secret: String,
        requests: Int,
        connections: Int,
        first: Int,
        rate: Double? = nil
    ) throws -> Result {
        let processor = Measured.processorMilliseconds
        let child = try start(
            host: host,
            port: port,
            path: path,
            secret: secret,
            requests: requests,
            connections: connections,
            first: first,
            rate: rate
        )
        defer { child.stop() }
        return try Result(child.line(), requests: requests, processor: processor)
    }

    /// A process of its own that prints what it measured (`Result`).
    static func start(
        host: String = "127.0.0.1",
        port: Int,
        path: String,
        secret: String,
        requests: Int,
        connections: Int,
        first: Int,
        rate: Double?,
        waits: Bool = false,
        organization: String = WebhookFixture.organization
    ) throws -> ChildProcess {
        try ChildProcess(
            [
                "load", "--host", host, "--port", "\(port)", "--path", path, "--secret", secret, "--requests",
                "\(requests)",
                "--connections", "\(connections)", "--first", "\(first)", "--organization", organization,
            ] + (rate.map { ["--rate", "\($0)"] } ?? []) + (waits ? ["--waits"] : [])
        )
    }
}

extension LoadCommand.Result {
    /// `line` is what the load printed, `processor` what this process had spent before.
    init(_ line: String?, requests: Int, processor: Double) throws {
        let line = try JSON(parsing: line ?? "null")
        func figure(_ name: String) -> Double { IntakeBench.figure(line, name) }
        self.init(
            perSecond: figure("perSecond"),
            failures: Int(figure("failures")),
            p50: figure("p50"),
            p99: figure("p99"),
            started: .uptimeNanoseconds(UInt64(figure("started"))),
            cost: (Measured.processorMilliseconds - processor) * 1000 / Double(max(1, requests)),
            loadCost: figure("processor")
        )
    }
}
