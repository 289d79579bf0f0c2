#if PostgreSQL
import AsyncHTTPClient
import Crypto
import Domain
import EngineTestSupport
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import Synchronization
import TestSupport
import Testing

/// Two nodes at one database, one at work and one that stands by: whatever becomes of the first one under load, the second
/// goes on; nothing acknowledged is lost, nothing is stored twice, and each record's changes go out in order.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .timed,
    .serialized,
    .timeLimit(.minutes(60))
)
struct FailoverTests {
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case kill = "killed"
        case stop = "stopped"
        case pause = "paused for longer than its time, and then goes on"

        var testDescription: String { "the first node is \(rawValue)" }
    }

    /// `SIGNALBOX_FAILOVERS=20` makes it so many rounds of each.
    private static let rounds = ProcessInfo.processInfo.environment["SIGNALBOX_FAILOVERS"].flatMap(Int.init) ?? 1

    @Test(arguments: Fault.allCases)
    func `the second node goes on where the first one ended`(_ fault: Fault) async throws {
        for _ in 0..<Self.rounds { try await round(fault) }
    }

    private func round(_ fault: Fault) async throws {
        let scene = try await FailoverScene()
        let first = try await scene.serve("one")
        let api = try await ManagementAPI.running(in: scene.directory.path + "/one")
        let second = try scene.begin("two")
        try await waitUntil("the second node to stand by", seen: { second.diagnostics }) {
            second.diagnostics.contains("Standing by.")
        }
        let load = try await scene.load(api)
        let sending = Task { try await load.run() }
        try await waitUntil("a part of the load to be taken", seen: { load.seen }) {
            load.taken >= load.total / 4 || !load.faults.isEmpty
        }
        let begin = ContinuousClock.now
        switch fault {
        case .kill: first.signal(SIGKILL)
        case .stop: first.signal(SIGTERM)
        case .pause: first.signal(SIGSTOP)
        }
        _ = try await ManagementAPI.running(in: scene.directory.path + "/two")
        let took = ContinuousClock.now - begin
        try await sending.value
        #expect(load.faults.isEmpty)
        let listen = scene.surroundings.listen
        func delivered() -> [Told] { listen.lines.compactMap { Told($0) } }
        try await waitUntil("all deliveries", seen: { "\(Set(delivered().map(\.event)).count) of \(load.total)" }) {
            Set(delivered().map(\.event)).count >= load.total
        }
        let before = delivered()
        switch fault {
        case .kill: #expect(try await first.exitStatus() == 128 + SIGKILL)
        case .stop: #expect(try await first.exitStatus() == 0, "\(first.diagnostics)")
        case .pause:
            first.signal(SIGCONT)
            #expect(try await first.exitStatus() == 1, "\(first.diagnostics)")
            // What was on its way when it was paused may come once more; what it had only read does not.
            let late = delivered().count - before.count
            #expect(late < 16, "\(late) posts of a node whose time was over")
        }
        second.signal(SIGTERM)
        #expect(try await second.exitStatus() == 0, "\(second.diagnostics)")
        let told = delivered()
        // A clean stop lets what is under way end; else what was open may be repeated.
        let repeats = before.count - Set(before.map(\.event)).count
        #expect(repeats <= (fault == .stop ? 0 : 128))
        for (record, posts) in Dictionary(grouping: told, by: \.record) {
            var seen: Set<String> = []
            let firsts = posts.map(\.date).filter { seen.insert($0).inserted }
            #expect(firsts == firsts.sorted(), "\(record): \(firsts)")
        }
        for (question, answer) in [
            ("SELECT count(*) FROM signalbox.event", load.total),
            ("SELECT count(DISTINCT (record_id, date)) FROM signalbox.event", load.total),
            ("SELECT max(sequence) FROM signalbox.event", load.total),
            ("SELECT sum(events) FROM signalbox.counter", load.total),
            ("SELECT count(*) FROM signalbox.lane", 0), ("SELECT count(*) FROM signalbox.node", 0),
        ] { #expect(try await scene.place.ask(question) == String(answer), "\(question)") }
        print("failover: \(fault.rawValue), the other went on after \(took), \(load.total) events, \(repeats) repeats")
    }

    /// One post as the callback tells it.
    private struct Told {
        let event: String
        let record: String
        let date: String

        init?(_ line: String) {
            guard let json = try? JSON(parsing: line), let event = json["eventId"]?.string,
                let record = json["objectId"]?.string,
                let date = json["events"]?.array?.first?["date"]?.string
            else { return nil }
            (self.event, self.record, self.date) = (event, record, date)
        }
    }
}

/// An org, a callback and a database, and nodes at it.
private struct FailoverScene {
    let directory: ScratchDirectory
    let surroundings: Surroundings
    let place: PostgresPlace
    private let environment: [String: String]

    init() async throws {
        directory = try ScratchDirectory()
        // Slow, so that there is always something under way.
        surroundings = try await Surroundings.start(listenOptions: ["--delay", "300"])
        place = try await PostgresPlace.of(directory.path)
        environment = ["SIGNALBOX_STORE": place.url, "SIGNALBOX_KEY": PostgresPlace.key.exposed]
    }

    /// Begins a node, which may have to stand by.
    func begin(_ name: String) throws -> Child {
        try Child(
            [
                "serve", "--node", name, "--data-dir", directory.path + "/" + name, "--receiver", "127.0.0.1:0",
                "--management", "127.0.0.1:0",
            ],
            environment: environment
        )
    }

    func serve(_ name: String) async throws -> Child {
        let child = try begin(name)
        let path = directory.path + "/\(name)/running.json"
        try await waitUntil("\(name) to be ready", seen: { child.diagnostics }) {
            FileManager.default.fileExists(atPath: path)
        }
        return child
    }

    /// An instance that takes webhooks, and what posts them to whichever node listens.
    func load(_ api: ManagementAPI) async throws -> FailoverLoad {
        let settings: [String: JSON] = ["event.vendor.type": "webhooks"]
        let made = try await api.post(
            "/instances",
            surroundings.instance(objects: "Account", overriding: settings)
        )
        let id = try #require(made["id"]?.integer)
        let webhook = try await api.get("/instances/\(id)/webhook")
        let path = try #require(
            webhook["receiverUrl"]?.string?.firstMatch(of: /\/elements.*/).map { String($0.output) }
        )
        // What it would find missing of the records is not what this is about.
        surroundings.org.signal(SIGKILL)
        return FailoverLoad(
            nodes: ["one", "two"].map { directory.path + "/" + $0 },
            path: path,
            secret: try #require(webhook["signingSecret"]?.string)
        )
    }
}

/// Changes of many records, each record's in order, each posted until a node has acknowledged it.
private final class FailoverLoad: Sendable {
    private static let senders = 8
    private static let records = 30
    private static let changes = 4

    var total: Int { Self.senders * Self.records * Self.changes }
    var taken: Int { state.withLock { $0.taken } }
    /// Answers that no sender should ever see.
    var faults: [String] { state.withLock { $0.faults } }
    var seen: String { state.withLock { "\($0.taken) taken, \($0.faults), last: \($0.last)" } }

    private struct State {
        var taken = 0
        var faults: [String] = []
        var last = ""
        var good = 0
    }

    private let nodes: [String]
    private let path: String
    private let key: SymmetricKey
    private let state = Mutex(State())

    init(nodes: [String], path: String, secret: String) {
        self.nodes = nodes
        self.path = path
        key = SymmetricKey(data: Base64.decode(String(secret.dropFirst(6))) ?? [])
    }

    func run() async throws {
        try await withThrowingTaskGroup { group in
            for sender in 0..<Self.senders {
                group.addTask {
                    for change in 1...Self.changes {
                        for record in 0..<Self.records {
                            try await self.post(sender * Self.records + record, change)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Until it is taken.
    private func post(_ number: Int, _ change: Int) async throws {
        try await waitUntil("a node that takes webhooks", seen: { self.seen }) {
            // The one that answered last goes first: asking one that is dead takes its time.
            let good = state.withLock { $0.good }
            for index in [good, 1 - good] where try await answer(nodes[index], number, change) {
                state.withLock { $0.good = index }
                return true
            }
            return false
        }
        state.withLock { $0.taken += 1 }
    }

    private func answer(_ node: String, _ number: Int, _ change: Int) async throws -> Bool {
        guard
            let record = FileManager.default.contents(atPath: node + "/running.json").flatMap({ try? JSON(parsing: $0) }
            ),
            let receiver = record["receiver"]?.string
        else { return false }
        let digits = String(number)
        let id = "001" + String(repeating: "0", count: 12 - digits.count) + digits + "AAA"
        let body: JSON = [
            "operation": .string(change == 1 ? "insert" : "update"), "object": "Account",
            "records": [
                [
                    "Id": .string(id), "Name": .string("Account \(number), \(change)"),
                    "SystemModstamp": .string("2026-11-23T18:00:0\(change).000+0000"),
                ]
            ],
        ]
        let request = HTTPClientRequest.signedWebhook(
            body,
            id: "msg_\(number)_\(change)",
            key: key,
            to: "http://\(receiver)\(path)"
        )
        do {
            // A paused node takes connections and answers nobody, as for a balancer.
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(2))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            state.withLock { state in
                state.last = "\(response.status.code) \(text)"
                // One that is ending or has lost the database says so.
                if ![202, 503].contains(response.status.code) { state.faults.append(state.last) }
            }
            return response.status == .accepted
        } catch {
            state.withLock { $0.last = "\(error)" }
            return false
        }
    }
}
#endif
