import ArgumentParser
import Domain
import Foundation
import Primitives

@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalbox-bench",
        abstract: "Measures Signalbox beside its limits, each measured in the same run.",
        discussion: "Ratios travel between machines, absolute figures don't: quote those with the machine.",
        subcommands: [
            MeasureCommand.self, NodesCommand.self, LoadCommand.self, SinkCommand.self, StoredCommand.self,
            OrgCommand.self,
            QueriesCommand.self, LiveCommand.self, PollCommand.self, BackfillCommand.self, HourCommand.self,
            NodeCommand.self,
        ],
        defaultSubcommand: MeasureCommand.self
    )
}

/// The rows of the table.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Prints the table (the default)."
    )

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case intake, delivery, idle, start, poll, stored, history
        // Not run unless they are named.
        case backfill, hour, scale, search, nodes, soak, rival

        static let standard: [Part] = [.intake, .delivery, .idle, .start, .poll, .stored, .history]
    }

    @Option(help: "Also write the rows as JSON to this file.") var json: String?
    @Option(help: "Only these parts; can be given several times.") var only: [Part] = []
    @Option(help: "Webhooks of the intake row.") var requests = 30_000
    @Option(help: "Events of each delivery row.") var deliveries = 20_000
    @Option(
        name: .customLong("repeat"),
        help: "Repetitions of the intake, delivery, poll and rival rows, of which the median counts."
    )
    var repetitions = 3
    @Option(help: "Another build of this program: each part is run by both in turn, and the medians are compared.")
    var compare: String?
    @Option(help: "Turns of a comparison.") var turns = 5
    @Option(help: "Events in the store of the stored and history rows.") var events = 1_000_000
    @Option(help: "Changed rows of the poll row.") var rows = 100_000
    @Option(help: "Records that the backfill row reads.") var records = 100_000
    @Option(help: "Changes an hour of the hour rows.") var changes = [10_000, 100_000, 1_000_000]
    @Option(help: "Minutes between the polls of the hour rows.") var intervals = [1, 5, 15]
    @Option(help: "Lengths of the histories of the scale rows, in events.") var sizes = [10_000, 100_000, 1_000_000]
    @Option(help: "Nodes at PostgreSQL, in the nodes rows.") var nodes = [1, 2, 4]
    @Option(help: "Minutes of the soak row.") var minutes = 10
    @Option(help: "Webhooks a second of the soak row.") var rate = 1000

    @Option(help: "Take the events of the history row from this directory; they are made there if it is empty.")
    var history: String?

    @Option(help: "The signalbox that is started; without it the one beside this program.") var program: String?
    @Option(help: "A receiver of the rival row, which answers each webhook with 2xx: http://127.0.0.1:8080/hooks")
    var rivalURL: String?
    @Option(help: "The process of that receiver, whose processor time is counted.") var rivalPID: Int?

    func run() async throws {
        if let compare { return try await BenchComparison(self, other: compare).run() }
        var report = Report()
        for part in parts {
            FileHandle.standardError.write(Data("measuring \(part.rawValue) …\n".utf8))
            let measured = try await measure(part)
            report.rows += measured.rows
            report.plots += measured.plots
        }
        print(report.table)
        for reason in report.reasons { print("\n" + reason) }
        for plot in report.plots { print("\n" + plot) }
        if let json { try Data((report.json.prettyText + "\n").utf8).write(to: URL(filePath: json)) }
    }

    private func measure(_ part: Part) async throws -> Report {
        switch part {
        case .intake: Report(rows: try await IntakeBench.rows(requests: requests, repetitions: repetitions))
        case .delivery: Report(rows: try await DeliveryBench.rows(events: deliveries, repetitions: repetitions))
        case .idle: Report(rows: try await IdleBench.rows())
        case .start: Report(rows: try await StartBench.rows(program: try StartBench.program(program)))
        case .poll: Report(rows: try await PollBench.rows(rows: rows, repetitions: repetitions))
        case .stored: Report(rows: try await StoredBench.rows(events: events))
        case .history: Report(rows: try await HistoryBench.rows(events: events, kept: history))
        case .backfill: Report(rows: try await BackfillBench.rows(rows: records))
        case .hour: Report(rows: try await HourBench.rows(changes: changes, intervals: intervals))
        case .scale: try await ScaleBench.report(sizes: sizes, events: events, kept: history)
        case .search: Report(rows: try await SearchBench.rows(events: events))
        case .nodes: try await nodesReport()
        case .soak: try SoakBench.report(minutes: minutes, rate: rate)
        case .rival: Report(rows: try await rival())
        }
    }

    private func nodesReport() async throws -> Report {
        let load = NodesBench.Load(requests: requests, deliveries: deliveries, rows: rows, repetitions: repetitions)
        return try await NodesBench.report(nodes: nodes, load: load, program: try StartBench.program(program))
    }

    private func rival() async throws -> [BenchRow] {
        guard let rivalURL else {
            throw BenchFault("--only rival needs --rival-url, the address of the other receiver.")
        }
        return try await RivalBench.rows(
            url: rivalURL,
            process: rivalPID,
            requests: requests,
            repetitions: repetitions
        )
    }

    var parts: [Part] {
        let standard = Part.standard + (rivalURL == nil ? [] : [.rival])
        return only.isEmpty ? standard : only
    }
}
