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
            MeasureCommand.self, LoadCommand.self, SinkCommand.self, StoredCommand.self, OrgCommand.self,
            QueriesCommand.self, LiveCommand.self,
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
        case intake, delivery, idle, stored, history
    }

    @Option(help: "Also write the rows as JSON to this file.") var json: String?
    @Option(help: "Only these parts; can be given several times.") var only: [Part] = []
    @Option(help: "Webhooks of the intake row.") var requests = 30_000
    @Option(help: "Events of each delivery row.") var deliveries = 20_000
    @Option(name: .customLong("repeat"), help: "Repetitions of intake and delivery, of which the median counts.")
    var repetitions = 3
    @Option(help: "Another build of this program: each part is run by both in turn, and the medians are compared.")
    var compare: String?
    @Option(help: "Turns of a comparison.") var turns = 5
    @Option(help: "Events in the store of the stored and history rows.") var events = 1_000_000

    @Option(help: "Take the events of the history row from this directory; they are made there if it is empty.")
    var history: String?

    func run() async throws {
        if let compare { return try await Comparison(self, other: compare).run() }
        var report = Report()
        for part in parts {
            FileHandle.standardError.write(Data("measuring \(part.rawValue) …\n".utf8))
            switch part {
            case .intake: report.rows += try await IntakeBench.rows(requests: requests, repetitions: repetitions)
            case .delivery: report.rows += try await DeliveryBench.rows(events: deliveries, repetitions: repetitions)
            case .idle: report.rows += try await IdleBench.rows()
            case .stored: report.rows += try await StoredBench.rows(events: events)
            case .history: report.rows += try await HistoryBench.rows(events: events, kept: history)
            }
        }
        print(report.table)
        if let json { try Data((report.json.prettyText + "\n").utf8).write(to: URL(filePath: json)) }
    }

    var parts: [Part] { only.isEmpty ? Part.allCases : only }
}
