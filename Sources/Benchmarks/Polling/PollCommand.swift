import ArgumentParser
import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce

/// The measuring half of the polling rows, in a process that does nothing else.
struct PollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "polled", shouldDisplay: false)

    @Option(help: "The port of a simulated org without records.") var org: Int
    @Option var rows: Int

    func run() async throws {
        let node = try PollingNode(org: org, objects: ["Account"])
        let readings = try await node.serve {
            let id = try await node.engine.createInstance(node.draft).id
            // A few rows warm both sides up, and show that the first poll has come to its end.
            _ = try await node.org.create(rows / 50)
            try await poll(id, rows / 50, node)
            var readings: [String: Double] = [:]
            let ids = try await node.org.create(rows)
            readings.merge(try await measure("created", id, node, after: Int64(rows / 50))) { $1 }
            readings.merge(try await unchanged(id, node)) { $1 }
            try await node.org.change(ids, phone: "+49 30 1234567")
            readings.merge(try await measure("updated", id, node, after: Int64(rows / 50 + rows))) { $1 }
            return Readings(readings)
        }
        StandardOutput.line(readings.line)
    }

    /// Until so many events are stored.
    private func poll(_ id: InstanceID, _ events: Int, _ node: PollingNode) async throws {
        var stored = 0
        while stored < events {
            let summary = try await node.engine.poll(id)
            guard summary.problems.isEmpty, summary.result.events > 0 else {
                throw BenchFault("poll: \(stored) of \(events) rows are events, and no more come: \(summary.problems)")
            }
            stored += summary.result.events
        }
    }

    /// What a poll costs that finds all rows of the overlap known.
    private func unchanged(_ id: InstanceID, _ node: PollingNode) async throws -> [String: Double] {
        // The second in which the last poll began is read again, as more may have been written in it since; here it holds
        // tens of thousands of rows, as no org writes them.
        _ = try await node.engine.poll(id)
        let before = Measured.processorMilliseconds
        let summary = try await node.engine.poll(id)
        let cost = Measured.processorMilliseconds - before
        guard summary.problems.isEmpty, summary.result.events == 0 else {
            throw BenchFault("poll: \(summary.result.events) events of unchanged rows: \(summary.problems)")
        }
        return ["unchanged calls": Double(summary.apiCalls), "unchanged cost": cost]
    }

    private func measure(
        _ kind: String,
        _ id: InstanceID,
        _ node: PollingNode,
        after base: Int64
    ) async throws -> [String: Double] {
        let memory = MemoryWatch(node.engine, events: rows, after: base)
        node.tape.start()
        let before = Measured.processorMilliseconds
        let (milliseconds, _) = try await Measured.milliseconds { try await poll(id, rows, node) }
        let cost = (Measured.processorMilliseconds - before) * 1000 / Double(rows)
        let calls = node.tape.stop()
        let peaks = await memory.end()
        let decoded = try await bare(calls, node) { _ = try JSON(parsing: $0) }
        // What the node itself does with a page: finds where each value stands, and makes no tree of it.
        let scanned = try await bare(calls.filter { $0.url.contains("/query") }, node) {
            _ = try QueryPage(parsing: $0)
        }
        return [
            "\(kind) rate": Double(rows) / milliseconds * 1000, "\(kind) cost": cost,
            "\(kind) decoded rate": decoded.rate, "\(kind) decoded cost": decoded.cost,
            "\(kind) scanned rate": scanned.rate, "\(kind) scanned cost": scanned.cost,
            "\(kind) calls": Double(calls.count), "\(kind) quarter": peaks[0], "\(kind) half": peaks[1],
            "\(kind) whole": peaks[2],
        ]
    }

    /// The same calls with nothing behind: rows a second, and microseconds of the processor for each.
    private func bare(
        _ calls: [HTTPCall],
        _ node: PollingNode,
        _ read: ([UInt8]) throws -> Void
    ) async throws -> (rate: Double, cost: Double) {
        let before = Measured.processorMilliseconds
        let (milliseconds, _) = try await Measured.milliseconds {
            for call in calls {
                let answer = try await node.org.http.execute(call)
                guard answer.isSuccess else { throw BenchFault("poll: a page is answered with \(answer.status)") }
                try read(answer.body)
            }
        }
        let cost = (Measured.processorMilliseconds - before) * 1000 / Double(rows)
        return (Double(rows) / milliseconds * 1000, cost)
    }
}
