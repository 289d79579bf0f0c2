/// Changed rows of a simulated org through to stored events, beside downloading and decoding the same pages with nothing
/// behind. Both wait for the org in the same way, so that the ratio of the rates is milder than that of the processor times.
enum PollBench {
    static func rows(rows: Int, repetitions: Int) async throws -> [BenchRow] {
        let runs = try await Repetitions(repetitions) { _ in
            let org = try ChildProcess(["org", "--empty"])
            defer { org.stop() }
            guard let port = org.line() else { throw BenchFault("poll: the simulated org did not start") }
            let node = try ChildProcess(["polled", "--org", port, "--rows", "\(rows)"])
            defer { node.stop() }
            return try Readings(parsing: node.line(), of: "poll")
        }
        let changed = ["created": 60.0, "updated": 90].sorted { $0.key < $1.key }.flatMap { kind, most in
            figures(runs, rows: rows, kind: kind, most: most)
        }
        return changed + unchanged(runs, rows: rows)
    }

    private static func unchanged(_ runs: Repetitions<Readings>, rows: Int) -> [BenchRow] {
        let name = "poll of an unchanged overlap of \(rows) rows"
        let (calls, cost) = (runs.median { $0["unchanged calls"] }, runs.median { $0["unchanged cost"] })
        return [
            BenchRow(name: "\(name), calls of the org", value: calls, unit: "calls", goal: "≤ 2", isMet: calls <= 2),
            BenchRow(
                name: "\(name), CPU of the node",
                value: cost,
                unit: "ms",
                goal: "≤ 250 ms",
                isMet: cost <= 250,
                spread: runs.spread { $0["unchanged cost"] }
            ),
        ]
    }

    private static func figures(_ runs: Repetitions<Readings>, rows: Int, kind: String, most: Double) -> [BenchRow] {
        func median(_ name: String) -> Double { runs.median { $0["\(kind) \(name)"] } }
        func spread(_ name: String) -> ClosedRange<Double>? { runs.spread { $0["\(kind) \(name)"] } }
        let name = "poll of \(rows) \(kind) rows"
        let (rate, bound, cost) = (median("rate"), median("decoded rate"), median("cost"))
        let (quarter, whole) = (median("quarter"), median("whole"))
        return [
            BenchRow(
                name: "\(name) through to stored events",
                value: rate,
                unit: "rows/s",
                limitName: "the same pages downloaded and decoded",
                limit: bound,
                goal: "ratio ≥ 0.4",
                isMet: rate / bound >= 0.4,
                cost: cost,
                limitCost: median("decoded cost"),
                reason: """
                    decoding costs a few microseconds a row, and a stored event is a ledger entry, an event, its payload and \
                    their index entries, counted and synced: about ten times that. A ratio of 0.4 would need a store that \
                    costs less than twice the decoding.
                    """,
                spread: spread("rate")
            ),
            BenchRow(
                name: "\(name), CPU of the node for each",
                value: cost,
                unit: "µs",
                limitName: "downloaded and scanned only",
                limit: median("scanned cost"),
                goal: "≤ \(Int(most)) µs",
                isMet: cost <= most,
                spread: spread("cost")
            ),
            BenchRow(name: "\(name), calls of the org", value: median("calls"), unit: "calls", goal: ""),
            BenchRow(name: "\(name), most memory until half", value: median("half"), unit: "MB", goal: ""),
            BenchRow(
                name: "\(name), most memory until the end",
                value: whole,
                unit: "MB",
                limitName: "until a quarter",
                limit: quarter,
                goal: "ratio ≤ 1.2",
                isMet: whole / quarter <= 1.2,
                spread: spread("whole")
            ),
        ]
    }
}
