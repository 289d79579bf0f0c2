import Domain
import Primitives

/// One measured figure beside the limit that was measured in the same run.
struct Row: Sendable {
    var name: String
    var value: Double
    var unit: String
    var limitName: String?
    var limit: Double?
    /// What design asks for, in words.
    var goal: String
    var isMet: Bool?

    var ratio: Double? { limit.map { value / $0 } }
}

/// The table and the JSON of a run.
struct Report: Sendable {
    var rows: [Row] = []

    var table: String {
        let cells = rows.map { row in
            [
                row.name, Self.number(row.value) + " " + row.unit,
                row.limit.map { Self.number($0) + " " + row.unit + (row.limitName.map { " (\($0))" } ?? "") } ?? "—",
                row.ratio.map { Self.number($0) } ?? "—", row.goal, row.isMet.map { $0 ? "met" : "MISSED" } ?? "",
            ]
        }
        let all = [["measure", "value", "limit in this run", "ratio", "goal", ""]] + cells
        let widths = (0..<6).map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { line in
            line.enumerated().map { $1 + String(repeating: " ", count: widths[$0] - $1.count) }.joined(separator: "  ")
                .trimmed
        }.joined(separator: "\n")
    }

    var json: JSON {
        .array(
            rows.map { row in
                .object([
                    .init("name", .string(row.name)), .init("value", .number(String(row.value))),
                    .init("unit", .string(row.unit)),
                    .init("limit", row.limit.map { .number(String($0)) } ?? .null),
                    .init("limitName", row.limitName.map { .string($0) } ?? .null),
                    .init("ratio", row.ratio.map { .number(String($0)) } ?? .null), .init("goal", .string(row.goal)),
                    .init("met", row.isMet.map { .bool($0) } ?? .null),
                ])
            }
        )
    }

    private static func number(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let scaled = (value * 100).rounded() / 100
        return String(scaled)
    }
}
