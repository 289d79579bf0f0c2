import AsyncHTTPClient
import Domain
import EngineAPI
import Foundation
import NIOCore
import PostgresServer
import Primitives

/// What is measured of some nodes at one store, in the same way whatever that is and however many they are: four instances of
/// each kind, shared out evenly, each with a load of its own.
struct NodesCourse {
    /// What is watched, by the instances that poll: not what webhooks bring, as their instances would read those rows, too.
    private static let objects = ["Contact", "Lead", "Opportunity", "Case"]
    /// Of each load.
    private static let connections = 8
    /// Events a second where the stream's latency is measured, and for how many seconds.
    static let rate = 200.0
    private static let seconds = 10

    /// One run, of so many events.
    struct Part: Sendable {
        var perSecond: Double
        /// Microseconds of processor time for each, of the nodes and of PostgreSQL.
        let cost: Double
        let databaseCost: Double
        /// Processors that were at work meanwhile, on average: of the nodes, of PostgreSQL, of all else on this machine.
        let cores: (nodes: Double, database: Double, others: Double)
        /// What the nodes' writers waited for, as shares of samples.
        let waits: [String: Double]
    }

    /// An instance that takes webhooks.
    private struct Hook {
        let id: InstanceID
        let path: String
        let secret: String
    }

    let nodes: [ServedNode]
    let org: OrgControl
    let sink: Sink
    /// The database, with SQLite nil.
    let database: (cluster: PostgresServer, name: String)?
    private var silent: [Hook] = []
    private var delivering: [Hook] = []
    private var polled: [InstanceID] = []
    /// The org's id, which its webhooks name.
    private let organization: String
    private var next = 0
    private(set) var stored = 0

    init(
        nodes: [ServedNode],
        org: OrgControl,
        sink: Sink,
        database: (cluster: PostgresServer, name: String)?
    ) async throws {
        self.nodes = nodes
        self.org = org
        self.sink = sink
        self.database = database
        organization = try await org.organization()
        // Who makes an instance works for it.
        silent = try await hooks(callbackURL: "")
        delivering = try await hooks(callbackURL: sink.url)
        for (index, object) in Self.objects.enumerated() {
            polled.append(try await node(index).engine.createInstance(draft(.polling, "", [object])).id)
        }
        // The first poll begins at what is there; a few rows show that it has come to its end.
        _ = try await poll(200)
    }

    private func node(_ index: Int) -> ServedNode { nodes[index % nodes.count] }

    private func hooks(callbackURL: String) async throws -> [Hook] {
        var made: [Hook] = []
        for index in Self.objects.indices {
            let node = node(index)
            let id = try await node.engine.createInstance(draft(.webhooks, callbackURL, ["Account"])).id
            let (path, secret) = try await node.webhook(id)
            made.append(Hook(id: id, path: path, secret: secret))
        }
        return made
    }

    private func draft(_ type: EventType, _ callbackURL: String, _ objects: [String]) -> InstanceDraft {
        var configuration = InstanceConfiguration(org: org.port, objects: objects, callbackURL: callbackURL)
        configuration.eventType = type
        configuration.firstRun = .now
        return InstanceDraft(name: "bench", configuration: configuration)
    }

    // MARK: What is measured

    /// Webhooks until they are answered.
    mutating func intake(_ count: Int) async throws -> Part { try await post(count, at: silent) }

    /// Events that wait for held callbacks, from the release of these on.
    mutating func delivery(_ count: Int) async throws -> Part {
        for (index, hook) in delivering.enumerated() {
            try await node(index).engine.holdCallback(hook.id, reason: nil)
        }
        let count = count / delivering.count * delivering.count
        _ = try await post(count, at: delivering)
        _ = try sink.tally()
        var part = try await measure(count) {
            for (index, hook) in delivering.enumerated() { try await node(index).engine.resumeCallback(hook.id) }
            try await sink.wait(for: count)
            while try await nodes[0].engine.counts(EventFilter()).open > 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let tally = try sink.tally()
        guard tally.posts == count else { throw BenchFault("scale: \(count) events made \(tally.posts) posts") }
        part.perSecond = tally.perSecond
        return part
    }

    /// Changed rows of the org until they are events.
    mutating func poll(_ rows: Int) async throws -> Part {
        let each = rows / polled.count
        for object in Self.objects { _ = try await org.create(each, of: object) }
        let part = try await measure(each * polled.count) {
            try await withThrowingTaskGroup { group in
                for (index, id) in polled.enumerated() {
                    let engine = node(index).engine
                    group.addTask {
                        var found = 0
                        while found < each {
                            let summary = try await engine.poll(id)
                            guard summary.problems.isEmpty, summary.result.events > 0 else {
                                throw BenchFault("scale: \(found) of \(each) rows are events: \(summary.problems)")
                            }
                            found += summary.result.events
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        stored += each * polled.count
        return part
    }

    /// Milliseconds from the moment when a webhook is due at the first node until the last node's stream tells its event.
    mutating func stream() async throws -> Samples {
        guard let last = nodes.last else { return Samples([]) }
        let (first, count) = (next, Int(Self.rate) * Self.seconds)
        next += count
        let body = try await last.stream()
        let listening = Task {
            var found: [Int: NIODeadline] = [:]
            var line: [UInt8] = []
            for try await chunk in body {
                let now = NIODeadline.now()
                for byte in chunk.readableBytesView {
                    if byte != 0x0A {
                        line.append(byte)
                    } else {
                        if let index = WebhookFixture.index(in: line), index >= first { found[index] = now }
                        line.removeAll(keepingCapacity: true)
                    }
                }
                if found.count >= count { break }
            }
            return found
        }
        let patience = Task {
            try await Task.sleep(for: .seconds(Self.seconds + 60))
            listening.cancel()
        }
        defer { patience.cancel() }
        let load = try start(silent[0], at: nodes[0], count, first: first, rate: Self.rate, waits: false)
        defer { load.stop() }
        let result = try LoadCommand.Result(await load.nextLine(), requests: count, processor: 0)
        let found = try await listening.value
        guard result.failures == 0, found.count == count else {
            throw BenchFault("scale: of \(count) events \(found.count) came by the stream, \(result.failures) refused")
        }
        stored += count
        return Samples(
            found.map { index, at in
                let due = result.started + .nanoseconds(Int64(Double(index - first) / Self.rate * 1e9))
                return Double((at - due).nanoseconds) / 1e6
            }
        )
    }

    /// Whether all that was sent is there.
    func check() async throws {
        let total = try await nodes[0].engine.counts(EventFilter()).total
        guard total == Int64(stored) else { throw BenchFault("scale: \(total) events are stored of \(stored)") }
    }

    // MARK: What the runs are made of

    private func start(
        _ hook: Hook,
        at node: ServedNode,
        _ count: Int,
        first: Int,
        rate: Double?,
        waits: Bool
    ) throws -> ChildProcess {
        try LoadCommand.start(
            port: node.receiver,
            path: hook.path,
            secret: hook.secret,
            requests: count,
            connections: Self.connections,
            first: first,
            rate: rate,
            waits: waits,
            organization: organization
        )
    }

    private mutating func post(_ count: Int, at hooks: [Hook]) async throws -> Part {
        let each = count / hooks.count
        var loads: [ChildProcess] = []
        defer { for load in loads { load.stop() } }
        for (index, hook) in hooks.enumerated() {
            loads.append(try start(hook, at: node(index), each, first: next, rate: nil, waits: true))
            next += each
        }
        // None begins while another one still makes its requests.
        for load in loads {
            guard await load.nextLine() == "ready" else { throw BenchFault("scale: a load ended without a word") }
        }
        var results: [LoadCommand.Result] = []
        var part = try await measure(each * hooks.count) {
            for load in loads { try load.send("go") }
            for load in loads {
                results.append(try LoadCommand.Result(await load.nextLine(), requests: each, processor: 0))
            }
        }
        guard results.allSatisfy({ $0.failures == 0 }) else {
            throw BenchFault("scale: \(results.reduce(0) { $0 + $1.failures }) webhooks were refused")
        }
        let begin = results.map { $0.started.uptimeNanoseconds }.min() ?? 0
        let end = results.map { Double($0.started.uptimeNanoseconds) + Double(each) / $0.perSecond * 1e9 }.max() ?? 0
        part.perSecond = Double(each * hooks.count) / (end - Double(begin)) * 1e9
        stored += each * hooks.count
        return part
    }

    private func measure(_ count: Int, _ body: () async throws -> Void) async throws -> Part {
        var waits: [String: Double] = [:]
        let machine = MachineTime()
        let (usedBefore, servedBefore) = (used, served)
        let (milliseconds, _) = try await Measured.milliseconds {
            if let database {
                waits = try await database.cluster.waits(database.name, body).1
            } else {
                try await body()
            }
        }
        let (own, servers) = (used - usedBefore, served - servedBefore)
        let others = max(0, MachineTime().busy - machine.busy - own - servers)
        return Part(
            perSecond: Double(count) / milliseconds * 1000,
            cost: own * 1000 / Double(count),
            databaseCost: servers * 1000 / Double(count),
            cores: (own / milliseconds, servers / milliseconds, others / milliseconds),
            waits: waits
        )
    }

    private var served: Double { database?.cluster.processorMilliseconds ?? 0 }

    private var used: Double { nodes.reduce(0) { $0 + $1.processorMilliseconds } }
}

/// Milliseconds that all processors of this machine were at work.
private struct MachineTime {
    let busy: Double

    init() {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        // user nice system idle iowait irq softirq steal
        let line = text.split(separator: "\n").first ?? ""
        let ticks = line.split(separator: " ").dropFirst().prefix(8).map { Double($0) ?? 0 }
        guard ticks.count == 8 else {
            busy = 0
            return
        }
        busy = (ticks.reduce(0, +) - ticks[3] - ticks[4]) * 10
    }
}
