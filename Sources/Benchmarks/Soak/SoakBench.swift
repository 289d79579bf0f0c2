import Foundation
import Primitives

/// Minutes of a steady load, from the webhook to the callback: what grows with time is seen here.
enum SoakBench {
    private static let connections = 32

    /// What one minute was like.
    private struct Minute {
        /// Milliseconds.
        let p50: Double
        let p99: Double
        /// Megabytes, at its end.
        let resident: Double
        /// Megabytes, at most.
        let log: Double
        /// Microseconds of the node for each event.
        let cost: Double
        let perSecond: Double
        /// Deliveries that were not through at its end.
        let open: Double
    }

    static func report(minutes: Int, rate: Int) throws -> Report {
        let sink = try Sink()
        defer { sink.child.stop() }
        let node = try ChildProcess(["node", "--callback", sink.url])
        defer { node.stop() }
        let hello = try JSON(parsing: node.line() ?? "null")
        guard let port = hello["port"]?.settingText.flatMap({ Int($0) }), let token = hello["token"]?.string,
            let secret = hello["secret"]?.string
        else { throw BenchFault("soak: the node did not start") }
        let path = "/elements/api-v2/events/sfdc/\(token)"
        var passed: [Minute] = []
        var processor = try readings(node)["processor"]
        let portion = rate * 60
        for minute in 0..<max(1, minutes) {
            let load = try LoadCommand.measure(
                port: port,
                path: path,
                secret: secret,
                requests: portion,
                connections: connections,
                first: minute * portion,
                rate: Double(rate)
            )
            guard load.failures == 0 else { throw BenchFault("soak: \(load.failures) webhooks were refused") }
            let read = try readings(node)
            passed.append(
                Minute(
                    p50: load.p50,
                    p99: load.p99,
                    resident: read["resident"],
                    log: read["log"],
                    cost: (read["processor"] - processor) * 1000 / Double(portion),
                    perSecond: load.perSecond,
                    open: read["open"]
                )
            )
            processor = read["processor"]
        }
        try settle(node, events: passed.count * portion)
        let posts = try sink.tally().posts
        guard posts == passed.count * portion else {
            throw BenchFault("soak: \(passed.count * portion) events made \(posts) posts")
        }
        try node.finish()
        return Report(rows: rows(passed, rate: rate), plots: [plot(passed)])
    }

    private static func readings(_ node: ChildProcess) throws -> Readings {
        try node.send("?")
        return try Readings(parsing: node.line(), of: "soak")
    }

    /// Until all is delivered; what is not after a minute more is a fault.
    private static func settle(_ node: ChildProcess, events: Int) throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(60)
        var read = try readings(node)
        while Int(read["delivered"]) < events {
            guard clock.now < end else {
                throw BenchFault(
                    "soak: of \(events) events \(Int(read["total"])) are stored, \(Int(read["open"])) open"
                )
            }
            Thread.sleep(forTimeInterval: 0.1)
            read = try readings(node)
        }
    }

    private static func rows(_ minutes: [Minute], rate: Int) -> [BenchRow] {
        guard let first = minutes.first, let last = minutes.last else { return [] }
        let name = "\(minutes.count) minutes at \(rate)/s"
        let settled = minutes.count > 1 ? minutes[1] : first
        let growth = last.resident - settled.resident
        let log = minutes.map(\.log).max() ?? 0
        let slowest = minutes.map(\.perSecond).min() ?? 0
        return [
            BenchRow(
                name: "\(name): accepted in the slowest minute",
                value: slowest,
                unit: "/s",
                goal: "≥ \(rate * 99 / 100) /s",
                isMet: slowest >= Double(rate) * 0.99,
                cost: Samples(minutes.map(\.cost)).percentile(0.5)
            ),
            BenchRow(
                name: "\(name): memory after the last minute",
                value: last.resident,
                unit: "MB",
                limitName: "after minute 2",
                limit: settled.resident,
                goal: "no more than 5 % above",
                isMet: growth <= settled.resident * 0.05
            ),
            .limited("\(name): log of the database at most", log, unit: "MB", below: 64),
            BenchRow(
                name: "\(name): answer p99 of the last minute",
                value: last.p99,
                unit: "ms",
                limitName: "of the first",
                limit: first.p99,
                goal: "ratio ≤ 1.25",
                isMet: last.p99 <= first.p99 * 1.25
            ),
            BenchRow(
                name: "\(name): answer p50 of the last minute",
                value: last.p50,
                unit: "ms",
                limitName: "of the first",
                limit: first.p50,
                goal: ""
            ),
        ]
    }

    private static func plot(_ minutes: [Minute]) -> String {
        let most = minutes.map(\.resident).max() ?? 1
        let heads = ["minute", "memory", "log", "p50", "p99", "CPU µs", "open", ""]
        let lines = minutes.enumerated().map { number, minute in
            [
                "\(number + 1)", Report.number(minute.resident) + " MB", Report.number(minute.log) + " MB",
                Report.number(minute.p50) + " ms", Report.number(minute.p99) + " ms", Report.number(minute.cost),
                Report.number(minute.open), Plot.bar(minute.resident, of: most, width: 40),
            ]
        }
        return Report.aligned([heads] + lines)
    }
}
