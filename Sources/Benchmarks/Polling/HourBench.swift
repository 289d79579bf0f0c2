/// What an hour of polling takes of an org's API calls and of the processor, by how much changes and how often it is polled,
/// beside what reading a span before the bookmark again would download. The clocks of both sides are moved, so that the
/// hour takes as long as its work.
enum HourBench {
    static let objects = ["Account", "Contact", "Lead", "Opportunity", "Case"]

    static func rows(changes: [Int], intervals: [Int]) async throws -> [BenchRow] {
        var rows: [BenchRow] = []
        for changes in changes {
            for minutes in intervals {
                let org = try ChildProcess(["org", "--empty"])
                defer { org.stop() }
                guard let port = org.line() else { throw BenchFault("hour: the simulated org did not start") }
                let node = try ChildProcess([
                    "hour", "--org", port, "--changes", "\(changes)", "--minutes", "\(minutes)",
                ])
                defer { node.stop() }
                rows += figures(try Readings(parsing: node.line(), of: "hour"), changes, minutes)
            }
        }
        return rows
    }

    private static func figures(_ read: Readings, _ changes: Int, _ minutes: Int) -> [BenchRow] {
        let name = "hour of \(changes) changes of \(objects.count) objects, polled every \(minutes) min"
        let (airbyte, singer) = (Lookback.airbyte, Lookback.singer)
        return [
            BenchRow(
                name: "\(name): API calls",
                value: read["calls"],
                unit: "calls",
                limitName: "lookback of 10 min",
                limit: airbyte.calls(changes: changes, minutes: minutes, objects: objects.count),
                goal: ""
            ),
            BenchRow(
                name: "\(name): rows downloaded",
                value: read["rows"],
                unit: "rows",
                limitName: "lookback of 10 min",
                limit: airbyte.rows(changes: changes, minutes: minutes),
                goal: ""
            ),
            BenchRow(
                name: "\(name): rows that a lookback of 10 s downloads, which misses late ones",
                value: singer.rows(changes: changes, minutes: minutes),
                unit: "rows",
                goal: ""
            ),
            BenchRow(name: "\(name): CPU of its polls", value: read["processor"] / 1000, unit: "s", goal: ""),
        ]
    }
}
