#if PostgreSQL
import AsyncHTTPClient
import Crypto
import Domain
import EngineTestSupport
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// Two nodes that work on one database: whatever becomes of the first one under load, the second takes webhooks all along and
/// goes on with what the first one held; nothing acknowledged is lost, nothing is stored twice, and each record's changes go
/// out in order.
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
    func `the second node goes on with what the first one held`(_ fault: Fault) async throws {
        for _ in 0..<Self.rounds { try await round(fault) }
    }

    private func round(_ fault: Fault) async throws {
        let scene = try await FailoverScene()
        let first = try await scene.serve("one")
        let api = try await ManagementAPI.running(in: scene.directory.path + "/one")
        let load = try await scene.load(api)
        let second = try await scene.serve("two")
        try await scene.wait(for: "2 2")
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
        try await scene.wait(for: "4")
        let took = ContinuousClock.now - begin
        try await sending.value
        #expect(load.faults.isEmpty)
        // A paused node may hold the turn for four seconds, and takes connections without an answer.
        #expect(load.longestPause < (fault == .pause ? .seconds(10) : .seconds(6)))
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
            #expect(late < 64, "\(late) posts of a node whose time was over")
        }
        // It gets its share back.
        let again = try await scene.serve("one", formerly: api.processID)
        try await scene.wait(for: "2 2")
        for node in [again, second] {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
        // A clean stop lets what is under way end; else what was open may be repeated.
        let repeats = before.count - Set(before.map(\.event)).count
        #expect(repeats <= (fault == .stop ? 0 : 128))
        try await check(scene, delivered(), load.total)
        print(
            "failover: \(fault.rawValue), the other had everything after \(took), took webhooks again after "
                + "\(load.longestPause) at most, \(load.total) events, \(repeats) repeats"
        )
    }

    /// Each record's changes went out in order, and everything is stored once.
    private func check(_ scene: FailoverScene, _ told: [Told], _ total: Int) async throws {
        for (record, posts) in Dictionary(grouping: told, by: \.record) {
            var seen: Set<String> = []
            let firsts = posts.map(\.date).filter { seen.insert($0).inserted }
            #expect(firsts == firsts.sorted(), "\(record): \(firsts)")
        }
        for (question, answer) in [
            ("SELECT count(*) FROM signalbox.event", total),
            ("SELECT count(DISTINCT (record_id, date)) FROM signalbox.event", total),
            ("SELECT max(sequence) FROM signalbox.event", total),
            ("SELECT sum(events) FROM signalbox.counter", total), ("SELECT count(*) FROM signalbox.lane", 0),
            ("SELECT count(*) FROM signalbox.node", 0),
        ] { #expect(try await scene.place.ask(question) == String(answer), "\(question)") }
    }

    @Test func `a node that comes under load takes its share, and nothing goes out twice`() async throws {
        let scene = try await FailoverScene()
        let first = try await scene.serve("one")
        let load = try await scene.load(try await ManagementAPI.running(in: scene.directory.path + "/one"))
        let sending = Task { try await load.run() }
        try await waitUntil("a part of the load to be taken", seen: { load.seen }) {
            load.taken >= load.total / 4 || !load.faults.isEmpty
        }
        let second = try await scene.serve("two")
        try await scene.wait(for: "2 2")
        let atHandOver = load.taken
        try await sending.value
        #expect(load.faults.isEmpty)
        let listen = scene.surroundings.listen
        func delivered() -> [Told] { listen.lines.compactMap { Told($0) } }
        try await waitUntil("all deliveries", seen: { "\(delivered().count) of \(load.total)" }) {
            Set(delivered().map(\.event)).count >= load.total
        }
        for node in [first, second] {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
        #expect(delivered().count == load.total)
        try await check(scene, delivered(), load.total)
        print("failover: a second node had its share when \(atHandOver) of \(load.total) events were taken")
    }

    @Test func `any node answers for any instance, and shows what the other one stored`() async throws {
        let scene = try await FailoverScene()
        let first = try await scene.serve("one")
        let one = try await ManagementAPI.running(in: scene.directory.path + "/one")
        let load = try await scene.load(one, endsOrg: false)
        let second = try await scene.serve("two")
        try await scene.wait(for: "2 2")
        let two = try await ManagementAPI.running(in: scene.directory.path + "/two")
        let ready = try await two.answer(to: "/readyz", token: two.token)
        let names = (try JSON(parsing: ready.body))["nodes"]?.array?.map { $0["name"]?.string ?? "" }
        #expect(names == ["one", "two"])
        let stated = try await two.answer(
            to: "/signalbox/v1/statistics?instance=\(load.instances[0])",
            token: two.token
        )
        let figures = try JSON(parsing: stated.body)["nodes"]?.array ?? []
        #expect(
            figures.map { $0["name"]?.string } == ["one", "two"],
            "\(String(decoding: stated.body, as: UTF8.self))"
        )
        #expect(figures.map { $0["isAsked"]?.bool } == [false, true])
        #expect(figures.compactMap { $0["instances"]?.array }.joined().compactMap(\.integer).sorted() == load.instances)
        #expect(figures.allSatisfy { ($0["sinceSign"]?.integer ?? -1) >= 0 })
        for (asked, other) in [(one, two), (two, one)] {
            for id in load.instances {
                try await asked.post("/instances/\(id)/poll")
                try await asked.post("/instances/\(id)/callback-hold", ["reason": "tea"], method: .PUT)
                func state() async throws -> String {
                    let answer = try await other.answer(to: "/signalbox/v1/instances/\(id)", token: other.token)
                    return String(decoding: answer.body, as: UTF8.self)
                }
                try await waitUntil("the other node to show the hold") { try await state().contains("tea") }
                try await asked.post("/instances/\(id)/callback-hold", method: .DELETE)
                try await waitUntil("the other node to show its end") { try await !state().contains("tea") }
            }
        }
        // Whoever asks another node is named there, too.
        let actors = try await scene.place.ask(
            "SELECT string_agg(DISTINCT actor, ', ' ORDER BY actor) FROM signalbox.audit WHERE subject = 'tea'"
        )
        #expect(actors == "management user secret at one, management user secret at two")
        scene.surroundings.org.signal(SIGKILL)
        let tail = try scene.command("two", ["events", "tail", "--after", "0"])
        try await load.run()
        #expect(load.faults.isEmpty)
        // What the other node stored comes by itself, too.
        try await waitUntil("the events at a stream", seen: { tail.diagnostics }) { tail.lines.count >= load.total }
        tail.signal(SIGTERM)
        _ = try await tail.exitStatus()
        let doctor = try scene.command("two", ["doctor"])
        _ = try await doctor.exitStatus()
        let said = doctor.lines.joined(separator: "\n")
        #expect(said.contains("one (") && said.contains("holds 2 instances"), "\(said)")
        let listen = scene.surroundings.listen
        try await waitUntil("all deliveries") { listen.lines.compactMap { Told($0) }.count >= load.total }
        #expect(listen.lines.compactMap { Told($0) }.count == load.total)
        for api in [one, two] {
            let events = try await api.get("/instances/\(load.instances[0])/events?pageSize=5")
            #expect((events.array?.count ?? 0) > 0)
        }
        for node in [first, second] {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
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
#endif
