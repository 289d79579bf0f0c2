/// The first read of an org that has many records, which all become events and are delivered meanwhile.
enum BackfillBench {
    static func rows(rows: Int) async throws -> [BenchRow] {
        let org = try ChildProcess(["org", "--empty"])
        defer { org.stop() }
        guard let port = org.line() else { throw BenchFault("backfill: the simulated org did not start") }
        let sink = try Sink()
        defer { sink.child.stop() }
        let node = try ChildProcess([
            "backfilled", "--org", port, "--rows", "\(rows)", "--callback", sink.url,
        ])
        defer { node.stop() }
        let read = try Readings(parsing: node.line(), of: "backfill")
        let name = "backfill of \(rows) rows"
        let (quarter, whole) = (read["quarter"], read["whole"])
        return [
            BenchRow(name: "\(name), stored", value: read["rate"], unit: "rows/s", goal: "", cost: read["cost"]),
            BenchRow(
                name: "\(name), until the first event is delivered",
                value: read["first delivered"],
                unit: "ms",
                goal: "< 2000 ms",
                isMet: read["first delivered"] < 2000
            ),
            BenchRow(name: "\(name), delivered meanwhile", value: read["delivered"], unit: "events", goal: ""),
            BenchRow(name: "\(name), most memory until half", value: read["half"], unit: "MB", goal: ""),
            BenchRow(
                name: "\(name), most memory until the end",
                value: whole,
                unit: "MB",
                limitName: "until a quarter",
                limit: quarter,
                goal: "ratio ≤ 1.2",
                isMet: whole / quarter <= 1.2
            ),
        ]
    }
}
