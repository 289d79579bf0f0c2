import Domain
import Foundation
import Gateway
import Hummingbird
import Logging
import Primitives
import Store

/// Webhook intake: signed bodies, acknowledged after the commit, beside the same server whose handler only collects them.
enum IntakeBench {
    static let connections = 32

    static func rows(requests: Int) async throws -> [Row] {
        let limit = try await bareServer(requests: requests)
        let node = try await BenchNode(callbackURL: "")
        let instance = node.instance
        let (result, processor) = try await node.serve { [store = node.store] port in
            let path = "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)"
            // The first tenth warms up and is not counted.
            _ = try LoadCommand.measure(
                port: port,
                path: path,
                secret: instance.receiverSecret.exposed,
                requests: requests / 10,
                connections: connections,
                first: 0
            )
            let before = Measured.processorMilliseconds
            let result = try LoadCommand.measure(
                port: port,
                path: path,
                secret: instance.receiverSecret.exposed,
                requests: requests,
                connections: connections,
                first: requests
            )
            // Words trail behind; they belong to these events nevertheless.
            while try await !store.indexWords().isUpToDate {}
            return (result, Measured.processorMilliseconds - before)
        }
        let words = try await wordsProcessor(events: requests)
        let stored = try await node.store.counts(.init()).total
        try await node.remove()
        guard figure(result, "failures") == 0, stored == requests + requests / 10 else {
            throw BenchFault("intake: \(stored) events stored of \(requests + requests / 10) sent")
        }
        let value = figure(result, "perSecond")
        return [
            Row(
                name: "webhook intake, 1 KB signed, \(connections) connections",
                value: value,
                unit: "requests/s",
                limitName: "bare server",
                limit: limit,
                goal: "ratio ≥ 0.35",
                isMet: value / limit >= 0.35
            ),
            Row(
                name: "webhook intake, processor time of an event",
                value: processor * 1000 / Double(requests),
                unit: "µs",
                goal: ""
            ),
            Row(name: "index of words, processor time of an event", value: words, unit: "µs", goal: ""),
            Row(
                name: "webhook intake, answer p50 / p99",
                value: figure(result, "p50"),
                unit: "ms (p99 \(result["p99"]?.settingText ?? "?"))",
                goal: ""
            ),
        ]
    }

    /// Microseconds that the index of words takes for an event, alone.
    private static func wordsProcessor(events: Int) async throws -> Double {
        let directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var fixture = HistoryFixture(events: events)
        try await fixture.fill(directory)
        return fixture.wordsProcessor * 1000 / Double(events)
    }

    static func figure(_ json: JSON, _ name: String) -> Double { Double(json[name]?.settingText ?? "") ?? 0 }

    private static func bareServer(requests: Int) async throws -> Double {
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let router = Router()
        router.post("**") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return HTTPResponse.Status.accepted
        }
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await application.run() }
            var port = 0
            for await number in ports {
                port = number
                break
            }
            func measure(_ requests: Int) throws -> JSON {
                try LoadCommand.measure(
                    port: port,
                    path: "/",
                    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                    requests: requests,
                    connections: connections,
                    first: 0
                )
            }
            _ = try measure(requests / 10)
            let result = try measure(requests)
            tasks.cancelAll()
            return figure(result, "perSecond")
        }
    }
}
