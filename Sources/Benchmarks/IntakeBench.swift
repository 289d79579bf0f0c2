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
    static func rows(requests: Int, repetitions: Int) async throws -> [BenchRow] {
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
        let disk = try DiskProbe.syncs()
        let (value, bound) = (full.median(\.perSecond), limit.median(\.perSecond))
        let cost = full.median(\.cost)
        return [
            BenchRow(
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
            BenchRow(
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
            BenchRow(name: "index of words, CPU for each, part of the former", value: words, unit: "µs", goal: ""),
            BenchRow(
                name: "the load itself, CPU for each",
                value: full.median(\.loadCost),
                unit: "µs",
                limitName: "at the bare server",
                limit: limit.median(\.loadCost),
                goal: "",
                spread: full.spread(\.loadCost)
            ),
        ] + times(full, half, disk)
    }

    /// How long answers take, beside what the disk alone takes for what each of them waits for.
    private static func times(
        _ full: Repetitions<LoadCommand.Result>,
        _ half: LoadCommand.Result,
        _ disk: Samples
    ) -> [BenchRow] {
        func row(
            _ name: String,
            _ value: Double,
            _ share: Double,
            _ spread: ClosedRange<Double>? = nil,
            below goal: Double? = nil
        ) -> BenchRow {
            BenchRow(
                name: "webhook intake\(name)",
                value: value,
                unit: "ms",
                limitName: "64 KB to the disk",
                limit: disk.percentile(share),
                goal: goal.map { "< \(Int($0)) ms" } ?? "",
                isMet: goal.map { value < $0 },
                reason: """
                    an answer waits for the commit that is under way and for its own, which is two times what the disk takes \
                    (beside it, the disk alone), and on two cores for the load as well. What would be needed: a faster disk.
                    """,
                spread: spread
            )
        }
        return [
            row(", answer p50", full.median(\.p50), 0.5, full.spread(\.p50)),
            row(", answer p99", full.median(\.p99), 0.99, full.spread(\.p99)),
            row(" at half that rate, answer p50", half.p50, 0.5),
            row(" at half that rate, answer p99", half.p99, 0.99, below: 10),
        ]
    }

    private static let reason = """
        of the processor time the event loops have 58 % (the kernel's sockets and the library's parser, tasks, channels and \
        casts of its parts; what verifies, parses and prepares a body 8 of it), the writer 37 % (more than half of it in the \
        kernel, which writes and flushes the log), the index of words 5 %, with no function above 3 %. The load has the same two \
        cores; where the disk is slow (below), 32 connections wait for it with each commit. Waiting for larger groups saves \
        nothing here (ratio 0.99) and costs latency. What would be needed: a server that hands requests on without a task and \
        its channel for each connection, and fewer index entries for each event.
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
