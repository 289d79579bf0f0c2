import Domain
import Primitives

/// One measured figure beside the limit that was measured in the same run.
struct BenchRow: Sendable {
    var name: String
    var value: Double
    var unit: String
    var limitName: String?
    var limit: Double?
    /// What design asks for, in words.
    var goal: String
    var isMet: Bool?
    /// Microseconds of processor time for each event, of the process under test alone and of the limit's.
    var cost: Double?
    var limitCost: Double?
    /// Why the goal may be missed, as a profile showed, and what would be needed; shown where it is.
    var reason: String?
    /// The lowest and the highest of the repetitions, of which `value` is the median.
    var spread: ClosedRange<Double>?

    var ratio: Double? { limit.map { value / $0 } }

    var json: JSON {
        func number(_ value: Double?) -> JSON { value.flatMap { $0.isFinite ? .number(String($0)) : nil } ?? .null }
        return .object([
            .init("name", .string(name)), .init("value", number(value)), .init("unit", .string(unit)),
            .init("limit", number(limit)), .init("limitName", limitName.map { .string($0) } ?? .null),
            .init("ratio", number(ratio)), .init("goal", .string(goal)), .init("met", isMet.map { .bool($0) } ?? .null),
            .init("processorMicroseconds", number(cost)), .init("limitProcessorMicroseconds", number(limitCost)),
            .init("lowest", number(spread?.lowerBound)), .init("highest", number(spread?.upperBound)),
            .init("reason", reason.map { .string($0) } ?? .null),
        ])
    }
}

/// The table and the JSON of a run.
struct Report: Sendable {
    var rows: [BenchRow] = []
    /// Figures as pictures, shown below the table.
    var plots: [String] = []

    var table: String {
        let cells = rows.map(Self.cells)
        let heads = ["measure", "value", "spread", "limit in this run", "ratio", "CPU µs", "goal", ""]
        return Self.aligned([heads] + cells)
    }

    /// Why goals were missed, a line for each reason.
    var reasons: [String] {
        rows.filter { $0.isMet == false }.compactMap { row in row.reason.map { "MISSED \(row.name): \($0)" } }
    }

    private static func cells(_ row: BenchRow) -> [String] {
        let spread = row.spread.map { number($0.lowerBound) + "–" + number($0.upperBound) }
        let limitName = row.limitName.map { " (\($0))" } ?? ""
        let limit = row.limit.map { number($0) + " " + row.unit + limitName }
        let limitCost = row.limitCost.map { " (\(number($0)))" } ?? ""
        let verdict = row.isMet.map { $0 ? "met" : "MISSED" }
        return [
            row.name, number(row.value) + " " + row.unit, spread ?? "", limit ?? "—", row.ratio.map(number) ?? "—",
            row.cost.map { number($0) + limitCost } ?? "", row.goal, verdict ?? "",
        ]
    }

    /// Lines of cells, in columns.
    static func aligned(_ lines: [[String]]) -> String {
        let columns = lines.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in lines.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return lines.map { line in
            line.enumerated().map { $1 + String(repeating: " ", count: widths[$0] - $1.count) }.joined(separator: "  ")
                .trimmed
        }.joined(separator: "\n")
    }

    var json: JSON { .array(rows.map(\.json)) }

    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "—" }
        if value >= 100 { return String(Int(value.rounded())) }
        let scaled = (value * 100).rounded() / 100
        return String(scaled)
    }
}
