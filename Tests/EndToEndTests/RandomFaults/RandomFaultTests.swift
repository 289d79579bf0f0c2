#if PostgreSQL
import EngineTestSupport
import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// Two and three nodes that take webhooks, poll and deliver while faults are drawn at random: nothing acknowledged is lost,
/// nothing is stored twice, each record's changes go out in order, and one node works for an instance at any time.
///
/// `SIGNALBOX_FAILOVERS=N` makes N rounds of it, `SIGNALBOX_NODES=2` with so many nodes alone, `SIGNALBOX_SEED=n` repeats a
/// run's faults.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .timed,
    .serialized,
    .timeLimit(.minutes(600))
)
struct RandomFaultTests {
    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
    private static let rounds = number("SIGNALBOX_FAILOVERS") ?? 1
    private static let seed = UInt64(
        number("SIGNALBOX_SEED") ?? (number("SIGNALBOX_FAILOVERS") == nil ? 1 : Int.random(in: 0..<1_000_000_000))
    )

    private static let nodes = number("SIGNALBOX_NODES").map { [$0] } ?? [2, 3]

    @Test(arguments: nodes)
    func `nodes under random faults lose nothing and do nothing twice`(nodes: Int) async throws {
        let name = "random faults of \(nodes) nodes (SIGNALBOX_SEED=\(Self.seed))"
        print(name)
        let scene = try await FaultScene(nodes: nodes, seed: Self.seed)
        var course = FaultCourse(scene, seed: Self.seed &+ UInt64(nodes))
        do { try await course.run(rounds: Self.rounds) } catch {
            Issue.record("\(name): \(error); \(scene.windows)")
            throw error
        }
        try await finish(scene)
        var findings = FaultFindings(scene)
        let found = try await findings.check()
        #expect(found.isEmpty, "\(name): \(found.prefix(20).joined(separator: "\n")); \(scene.windows)")
        #expect(findings.asks > 10 * findings.strangers, "\(findings.asks) by nodes, \(findings.strangers) by nobody")
        let kinds = Dictionary(scene.windows.map { ($0.fault.kind, 1) }, uniquingKeysWith: +)
        let takeovers = findings.takeovers.sorted().map { "\(Int($0.rounded()))" }
        print(
            """
            \(name): \(Self.rounds) rounds, \(list(kinds)); \(findings.events) events, \(scene.load.count) of them by \
            webhook, \(findings.asks) questions to the org, \(scene.callback.refused) refused; repeats: \
            \(list(findings.repeats)); killed nodes' instances taken over after \(takeovers.first ?? "-") to \
            \(takeovers.last ?? "-") s, all at work again \(course.settled) ms after the last fault
            """
        )
        await scene.stop()
    }

    /// Lets the last ones be polled and delivered, and all nodes go.
    private func finish(_ scene: FaultScene) async throws {
        let api = try await scene.nodes[0].api()
        for id in scene.polled.values {
            try await waitUntil("the last poll", within: 120, seen: { scene.diagnostics }) {
                (try? await api.post("/instances/\(id)/poll")) != nil
            }
        }
        let total = Int(try await scene.ask("SELECT count(*) FROM signalbox.event")) ?? 0
        // After many rounds many wait; one that is stuck shows by nothing coming any more.
        while case let taken = scene.callback.taken, taken < total {
            try await waitUntil(
                "another delivery",
                within: 180,
                seen: { "\(taken) of \(total)\n\(await scene.undelivered())\n\(scene.diagnostics)" }
            ) {
                scene.callback.taken > taken
            }
        }
        for node in scene.nodes {
            node.signal(SIGTERM)
            #expect(try await node.end() == 0, "\(node.diagnostics.suffix(3000))")
        }
    }

    private func list(_ counts: [String: Int]) -> String {
        counts.isEmpty
            ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
#endif
