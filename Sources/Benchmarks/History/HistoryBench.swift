import Foundation
import Primitives

/// What the dashboard asks of a store with very many events: at its start, and while a filter is typed.
enum HistoryBench {
    private static let starts = 5
    /// Events a second that arrive while keys are pressed, so many seconds each.
    private static let rates = [2000, 5000]
    private static let seconds = 10

    /// What is measured is a copy where the events are kept in a directory, and made there if it is empty.
    static func rows(events: Int, kept: String?) async throws -> [BenchRow] {
        let directory = try await directory(events: events, kept: kept)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var rows = try measure(["queries", "--data-dir", directory, "--events", "\(events)"])
        let live = ["live", "--data-dir", directory, "--events", "\(events)"]
        let frames = try (0..<starts).flatMap { _ in try measure(live + ["--start"]) }
        guard let first = frames.first else { throw BenchFault("history: no frame was drawn") }
        let median = Samples(frames.map(\.value)).percentile(0.5)
        rows.append(.limited("\(first.name), median of \(starts)", median, below: 150))
        var sent = 0
        for rate in rates {
            rows += try measure(live + ["--rate", "\(rate)", "--seconds", "\(seconds)", "--sent", "\(sent)"])
            sent += rate * seconds
        }
        guard rows.count(where: { $0.name.contains("idle") }) == rates.count else {
            throw BenchFault("history: the measuring process ended before its end")
        }
        return rows
    }

    /// A new directory with so many events.
    static func directory(events: Int, kept: String?) async throws -> String {
        let files = FileManager.default
        let directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        var fixture = HistoryFixture(events: events)
        guard let kept else {
            try await fixture.fill(directory)
            return directory
        }
        if (try? files.contentsOfDirectory(atPath: kept))?.isEmpty ?? true { try await fixture.fill(kept) }
        try files.copyItem(atPath: kept, toPath: directory)
        return directory
    }

    /// The rows that another process of this program prints.
    static func measure(_ arguments: [String]) throws -> [BenchRow] {
        let child = try ChildProcess(arguments)
        defer { child.stop() }
        var rows: [BenchRow] = []
        while let line = child.line() { rows.append(try BenchRow(printed: line)) }
        return rows
    }
}

extension BenchRow {
    /// A figure that has to stay below a limit, or why it may not.
    static func limited(
        _ name: String,
        _ value: Double,
        unit: String = "ms",
        below goal: Double,
        reason: String? = nil
    ) -> BenchRow {
        BenchRow(
            name: name,
            value: value,
            unit: unit,
            goal: "< \(Int(goal)) \(unit)",
            isMet: value < goal,
            reason: reason
        )
    }

    init(printed line: String) throws {
        let json = try JSON(parsing: line)
        func number(_ name: String) -> Double? { json[name]?.settingText.flatMap { Double($0) } }
        self.init(
            name: json["name"]?.string ?? "",
            value: number("value") ?? .nan,
            unit: json["unit"]?.string ?? "",
            limitName: json["limitName"]?.string,
            limit: number("limit"),
            goal: json["goal"]?.string ?? "",
            isMet: json["met"]?.bool,
            cost: number("processorMicroseconds"),
            limitCost: number("limitProcessorMicroseconds"),
            reason: json["reason"]?.string
        )
    }
}
