import Domain
import Foundation
import Gateway
import Hummingbird
import Logging
import Primitives
import Store

/// Webhook intake: signed bodies, acknowledged after the commit, beside the same server whose handler only collects them.
enum IntakeBench {
    static let connections = 32

    /// `repetitions` of each row, after a tenth of a run that warms up and isn't counted.
    static func rows(requests: Int, repetitions: Int) async throws -> [Row] {
        let limit = try await bareServer(requests: requests, repetitions: repetitions)
        let node = try await BenchNode(callbackURL: "")
        let instance = node.instance
        let path = "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)"
        let (full, half, sent) = try await node.serve { port in
            let load = Load(port: port, path: path, secret: instance.receiverSecret.exposed)
            let warmUp = requests / 10
            _ = try load.run(warmUp, first: 0)
            let full = try await Repetitions(repetitions) { try load.run(requests, first: warmUp + $0 * requests) }
            let sent = warmUp + full.values.count * requests
            let rate = full.median(\.perSecond) / 2
            let rest = min(requests, Int(rate * 10))
            return (full, try load.run(rest, first: sent, rate: rate), sent + rest)
        }
        let stored = try await node.store.counts(.init()).total
        try await node.remove()
        let failures = full.values.reduce(half.failures) { $0 + $1.failures }
        guard failures == 0, stored == sent else {
            throw BenchFault("intake: \(stored) events stored of \(sent) sent, \(failures) refused")
        }
        let words = try await wordsProcessor(events: requests)
        let (value, bound) = (full.median(\.perSecond), limit.median(\.perSecond))
        let cost = full.median(\.cost)
        return [
            Row(
                name: "webhook intake, 1 KB signed, \(connections) connections",
                value: value,
                unit: "requests/s",
                limitName: "bare server",
                limit: bound,
                goal: "ratio ≥ 0.5",
                isMet: value / bound >= 0.5,
                cost: cost,
                limitCost: limit.median(\.cost),
                reason: Self.reason,
                spread: full.spread(\.perSecond)
            ),
            Row(
                name: "webhook intake, CPU of the server for each",
                value: cost,
                unit: "µs",
                limitName: "bare server",
                limit: limit.median(\.cost),
                goal: "≤ 120 µs",
                isMet: cost <= 120,
                reason: Self.reason,
                spread: full.spread(\.cost)
            ),
            Row(name: "index of words, CPU for each, part of the former", value: words, unit: "µs", goal: ""),
            Row(
                name: "the load itself, CPU for each",
                value: full.median(\.loadCost),
                unit: "µs",
                limitName: "at the bare server",
                limit: limit.median(\.loadCost),
                goal: "",
                spread: full.spread(\.loadCost)
            ),
            Row(
                name: "webhook intake, answer p50",
                value: full.median(\.p50),
                unit: "ms",
                goal: "",
                spread: full.spread(\.p50)
            ),
            Row(
                name: "webhook intake, answer p99",
                value: full.median(\.p99),
                unit: "ms",
                goal: "",
                spread: full.spread(\.p99)
            ),
            Row(name: "webhook intake at half that rate, answer p50", value: half.p50, unit: "ms", goal: ""),
            Row(
                name: "webhook intake at half that rate, answer p99",
                value: half.p99,
                unit: "ms",
                goal: "< 10 ms",
                isMet: half.p99 < 10
            ),
        ]
    }

    private static let reason = """
        of the processor time the writer has 39 % (the commit with its pages of the log 18 % of all, rows and their index \
        entries 16 %), parsing, signature and words a third, the sockets 28 %, with no function above 3 %. Waiting for larger \
        groups before a commit saves nothing here (ratio 0.99) and costs latency; the index of words, which has a file and a \
        writer of its own, takes 30 µs of what is left. What would be needed: fewer index entries for each event, and a \
        server that hands requests on without a task and its channel for each connection.
        """

    /// Where the load goes.
    private struct Load: Sendable {
        let port: Int
        let path: String
        let secret: String

        func run(_ requests: Int, first: Int, rate: Double? = nil) throws -> LoadCommand.Result {
            try LoadCommand.measure(
                port: port,
                path: path,
                secret: secret,
                requests: requests,
                connections: connections,
                first: first,
                rate: rate
            )
        }
    }

    /// Microseconds that the index of words takes for an event of 1 KB, alone.
    private static func wordsProcessor(events: Int) async throws -> Double {
        let directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var fixture = HistoryFixture(events: events)
        try await fixture.fill(directory)
        return fixture.wordsProcessor * 1000 / Double(events)
    }

    static func figure(_ json: JSON, _ name: String) -> Double { Double(json[name]?.settingText ?? "") ?? 0 }

    private static func bareServer(requests: Int, repetitions: Int) async throws -> Repetitions<LoadCommand.Result> {
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let router = Router()
        router.post("**") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return HTTPResponse.Status.accepted
        }
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await application.run() }
            var port = 0
            for await number in ports {
                port = number
                break
            }
            let load = Load(port: port, path: "/", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            _ = try load.run(requests / 10, first: 0)
            let results = try await Repetitions(repetitions) { _ in try load.run(requests, first: 0) }
            tasks.cancelAll()
            return results
        }
    }
}
