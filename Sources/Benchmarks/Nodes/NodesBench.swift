import ArgumentParser
import AsyncHTTPClient
import Foundation
import PostgresServer
import Salesforce

/// Several `signalbox serve` on one PostgreSQL, beside one on SQLite in the same run: what each more brings, and what limits
/// them.
enum NodesBench {
    struct Load {
        let requests: Int
        let deliveries: Int
        let rows: Int
        let repetitions: Int
    }

    /// How many nodes there are, and at which store.
    private struct Setup {
        let nodes: Int
        let isPostgres: Bool

        var name: String {
            "\(isPostgres ? "PostgreSQL" : "SQLite"), \(nodes) \(nodes == 1 ? "node" : "nodes")"
        }
    }

    private struct Figures {
        let setup: Setup
        let intake: Repetitions<NodesCourse.Part>
        let delivery: Repetitions<NodesCourse.Part>
        let poll: Repetitions<NodesCourse.Part>
        let stream: Samples
    }

    static func report(nodes: [Int], load: Load, program: String) async throws -> Report {
        let directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let cluster = try PostgresServer.ofRun()
        defer { cluster.stop() }
        let setups = [Setup(nodes: 1, isPostgres: false)] + nodes.sorted().map { Setup(nodes: $0, isPostgres: true) }
        var found: [Figures] = []
        for (number, setup) in setups.enumerated() {
            FileHandle.standardError.write(Data("  \(setup.name) …\n".utf8))
            found.append(
                try await measure(
                    setup,
                    load,
                    program,
                    in: directory + "/\(number)",
                    cluster,
                    database: "bench\(number)"
                )
            )
        }
        return Report(rows: rows(found), plots: [limits(found)])
    }

    private static func measure(
        _ setup: Setup,
        _ load: Load,
        _ program: String,
        in directory: String,
        _ cluster: PostgresServer,
        database: String
    ) async throws -> Figures {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .bench)
        let sink = try Sink()
        defer { sink.child.stop() }
        let org = try ChildProcess(["org", "--empty"])
        defer { org.stop() }
        guard let port = org.line().flatMap({ Int($0) }) else {
            throw BenchFault("scale: the simulated org did not start")
        }
        let store = setup.isPostgres ? try cluster.makeDatabase(database) : nil
        var nodes: [ServedNode] = []
        let result: Result<Figures, any Error>
        do {
            for number in 1...setup.nodes {
                nodes.append(
                    try await ServedNode("node\(number)", program: program, in: directory, store: store, http: http)
                )
            }
            var course = try await NodesCourse(
                nodes: nodes,
                org: OrgControl(port: port, http: HTTPClientExecutor(http)),
                sink: sink,
                database: setup.isPostgres ? (cluster, database) : nil
            )
            _ = try await course.intake(max(4, load.requests / 10))
            let intake = try await Repetitions(load.repetitions) { _ in try await course.intake(load.requests) }
            let delivery = try await Repetitions(load.repetitions) { _ in try await course.delivery(load.deliveries) }
            let poll = try await Repetitions(load.repetitions) { _ in try await course.poll(load.rows) }
            let stream = try await course.stream()
            try await course.check()
            result = .success(
                Figures(setup: setup, intake: intake, delivery: delivery, poll: poll, stream: stream)
            )
        } catch { result = .failure(error) }
        for node in nodes { node.stop() }
        try await http.shutdown()
        // What it left to be written is not the next one's.
        try cluster.ask("postgres", "CHECKPOINT")
        return try result.get()
    }

    // MARK: Rows

    private struct Kind {
        let name: String
        let unit: String
        let runs: (Figures) -> Repetitions<NodesCourse.Part>
    }

    private static var kinds: [Kind] {
        [
            Kind(name: "webhook intake, 1 KB signed", unit: "requests/s") { $0.intake },
            Kind(name: "accepted to outcome stored", unit: "posts/s") { $0.delivery },
            Kind(name: "changed rows of the org to stored events", unit: "rows/s") { $0.poll },
        ]
    }

    private static func rows(_ found: [Figures]) -> [BenchRow] {
        var rows: [BenchRow] = []
        let one = found.first { $0.setup.isPostgres && $0.setup.nodes == 1 }
        for (index, kind) in kinds.enumerated() {
            for figures in found {
                // Polling has no goal: the simulated org takes more of the processors than the nodes.
                let goal: Double? =
                    switch (figures.setup.isPostgres, figures.setup.nodes) {
                    case (false, _): nil
                    case (true, 1): index < 2 ? 0.6 : nil
                    case (true, 2): index < 2 ? 1 : nil
                    default: nil
                    }
                let limit = figures.setup.isPostgres ? (figures.setup.nodes == 1 ? found.first : one) : nil
                rows += part(
                    kind.name,
                    kind.unit,
                    figures.setup,
                    kind.runs(figures),
                    limit.map { ($0.setup.name, kind.runs($0)) },
                    goal
                )
            }
        }
        for figures in found {
            let name =
                "webhook at the first node to the last one's stream, \(Int(NodesCourse.rate)) events/s, \(figures.setup.name)"
            let (p50, p99) = (figures.stream.percentile(0.5), figures.stream.percentile(0.99))
            rows += [
                BenchRow(name: "\(name), p50", value: p50, unit: "ms", goal: ""),
                BenchRow(name: "\(name), p99", value: p99, unit: "ms", goal: ""),
            ]
        }
        return rows
    }

    private static func part(
        _ name: String,
        _ unit: String,
        _ setup: Setup,
        _ runs: Repetitions<NodesCourse.Part>,
        _ limit: (name: String, runs: Repetitions<NodesCourse.Part>)?,
        _ goal: Double?
    ) -> [BenchRow] {
        let (value, bound) = (runs.median(\.perSecond), limit?.runs.median(\.perSecond))
        let whole = BenchRow(
            name: "\(name), \(setup.name)",
            value: value,
            unit: unit,
            limitName: limit?.name,
            limit: bound,
            goal: goal.map { "ratio ≥ \(Report.number($0))" } ?? "",
            isMet: goal.flatMap { goal in bound.map { value / $0 >= goal } },
            cost: runs.median(\.cost),
            limitCost: limit?.runs.median(\.cost),
            spread: runs.spread(\.perSecond)
        )
        guard setup.isPostgres else { return [whole] }
        let cost = runs.median(\.databaseCost)
        return [whole, BenchRow(name: "\(name), \(setup.name), CPU of PostgreSQL", value: cost, unit: "µs", goal: "")]
    }

    /// Who had the processors, and what the writers waited for.
    private static func limits(_ found: [Figures]) -> String {
        let processors = Double(ProcessInfo.processInfo.activeProcessorCount)
        var lines = [["what limits", "nodes", "PostgreSQL", "all else", "idle", "the writers of the nodes", ""]]
        for kind in kinds {
            for figures in found {
                let runs = kind.runs(figures)
                let (nodes, database) = (runs.median { $0.cores.nodes }, runs.median { $0.cores.database })
                let others = runs.median { $0.cores.others }
                let idle = max(0, processors - nodes - database - others)
                let waits = (runs.values.last?.waits ?? [:]).sorted { $0.value > $1.value }.prefix(3)
                    .map { "\($0.key) \(Int(($0.value * 100).rounded())) %" }
                let verdict =
                    idle < processors / 8
                    ? "the processors: \(database > nodes ? "most of all PostgreSQL" : "most of all the nodes")"
                    : "waiting: a commit follows the other"
                lines.append([
                    "\(kind.name), \(figures.setup.name)", Report.number(nodes), Report.number(database),
                    Report.number(others), Report.number(idle), waits.joined(separator: ", "), verdict,
                ])
            }
        }
        return Report.aligned(lines)
    }
}

/// `signalbox-bench nodes`. Its former name is that of a part which measures something else.
struct NodesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes",
        abstract: "Prints what one, two and four nodes on one PostgreSQL do (as --only nodes).",
        aliases: ["scale"]
    )

    @OptionGroup var measure: MeasureCommand

    func run() async throws {
        var measure = measure
        measure.only = [.nodes]
        try await measure.run()
    }
}
