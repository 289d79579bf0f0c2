import Domain
import Foundation
import Primitives

/// The prepared load of the intake row against any receiver that answers 2xx, in turn with this program's own.
enum RivalBench {
    /// `process` is the rival's number, whose processor time is counted with that of all it started; nil: it isn't counted.
    static func rows(url: String, process: Int?, requests: Int, repetitions: Int) async throws -> [BenchRow] {
        let target = try Target(url)
        let node = try await BenchNode(callbackURL: "")
        let instance = node.instance
        let runs = try await node.serve { port in
            let own = Target(
                host: "127.0.0.1",
                port: port,
                path: "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)"
            )
            let secret = instance.receiverSecret.exposed
            _ = try own.run(requests / 10, first: 0, secret: secret)
            _ = try target.run(requests / 10, first: 0, secret: secret)
            return try await Repetitions(repetitions) { turn in
                let first = requests / 10 + turn * requests
                let ours = try own.run(requests, first: first, secret: secret)
                let before = process.map { Measured.processorMilliseconds(ofTree: $0) }
                let theirs = try target.run(requests, first: first, secret: secret)
                let spent = process.map { Measured.processorMilliseconds(ofTree: $0) - (before ?? 0) }
                return Turn(ours: ours, theirs: theirs, cost: spent.map { $0 * 1000 / Double(max(1, requests)) })
            }
        }
        try await node.remove()
        return rows(runs, name: "\(IntakeBench.connections) connections to \(target.host):\(target.port)")
    }

    private struct Turn: Sendable {
        let ours: LoadCommand.Result
        let theirs: LoadCommand.Result
        /// Microseconds of the rival for each request.
        let cost: Double?
    }

    private static func rows(_ runs: Repetitions<Turn>, name: String) -> [BenchRow] {
        func row(_ what: String, _ unit: String, _ figure: (LoadCommand.Result) -> Double) -> BenchRow {
            BenchRow(
                name: "\(name): \(what)",
                value: runs.median { figure($0.theirs) },
                unit: unit,
                limitName: "Signalbox",
                limit: runs.median { figure($0.ours) },
                goal: "",
                spread: runs.spread { figure($0.theirs) }
            )
        }
        var rate = row("requests", "requests/s", \.perSecond)
        if runs.values.allSatisfy({ $0.cost != nil }) { rate.cost = runs.median { $0.cost ?? 0 } }
        rate.limitCost = runs.median(\.ours.cost)
        return [rate, row("answer p50", "ms", \.p50), row("answer p99", "ms", \.p99)]
    }
}

/// An address that takes webhooks.
private struct Target: Sendable {
    let host: String
    let port: Int
    let path: String

    init(host: String, port: Int, path: String) {
        self.host = host
        self.port = port
        self.path = path
    }

    init(_ url: String) throws {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host, !host.isEmpty
        else {
            throw BenchFault("--rival-url: \(url) is no address like http://127.0.0.1:8080/hooks; TLS is not measured.")
        }
        let query = parts.percentEncodedQuery.map { "?" + $0 } ?? ""
        self.init(
            host: host,
            port: parts.port ?? 80,
            path: (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath) + query
        )
    }

    /// - Throws: `BenchFault` where one is not answered with 2xx.
    func run(_ requests: Int, first: Int, secret: String) throws -> LoadCommand.Result {
        let result = try LoadCommand.measure(
            host: host,
            port: port,
            path: path,
            secret: secret,
            requests: requests,
            connections: IntakeBench.connections,
            first: first
        )
        guard result.failures == 0, result.perSecond > 0 else {
            throw BenchFault("\(host):\(port) did not answer \(result.failures) of \(requests) requests with 2xx")
        }
        return result
    }
}
