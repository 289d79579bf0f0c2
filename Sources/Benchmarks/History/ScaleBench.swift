import Foundation

/// The same questions at histories of several lengths: what they cost should hardly grow with the length.
enum ScaleBench {
    /// The store in `kept` is taken for the length of `events`.
    static func report(sizes: [Int], events: Int, kept: String?) async throws -> Report {
        var report = Report()
        var found: [(events: Int, rows: [BenchRow])] = []
        for size in sizes.sorted() {
            let directory = try await HistoryBench.directory(events: size, kept: size == events ? kept : nil)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let arguments = ["queries", "--reading", "--data-dir", directory, "--events", "\(size)"]
            let rows = try HistoryBench.measure(arguments)
            guard !rows.isEmpty else { throw BenchFault("scale: nothing was measured at \(size) events") }
            report.rows += rows
            found.append((size, rows))
        }
        report.plots = [plot(found)]
        return report
    }

    /// For each question with a goal a bar for each length: sizes as multiples of the records, all else in milliseconds.
    private static func plot(_ found: [(events: Int, rows: [BenchRow])]) -> String {
        func question(_ row: BenchRow) -> String { row.name.split(separator: ": ").dropFirst().joined(separator: ": ") }
        var lines: [[String]] = []
        for row in found.first?.rows ?? [] where row.isMet != nil {
            let values = found.map { rows in
                rows.rows.first { question($0) == question(row) }.map { $0.ratio ?? $0.value } ?? .nan
            }
            let most = values.filter(\.isFinite).max() ?? 1
            for (place, value) in values.enumerated() {
                lines.append([
                    place == 0 ? question(row) : "", "\(found[place].events)",
                    Report.number(value) + (row.limit == nil ? " ms" : " ×"), Plot.bar(value, of: most, width: 30),
                ])
            }
        }
        return Report.aligned(lines)
    }
}
