#if PostgreSQL
import Foundation
import NIOHTTP1
import Primitives
import SimulatedOrg
import TestSupport
import Testing

/// Rounds of faults at random moments, with work from all sides meanwhile; then all is checked.
struct FaultCourse {
    private let scene: FaultScene
    private var random: SeededGenerator
    /// Milliseconds from the last fault's end until everything was at work again, in each round.
    private(set) var settled: [Int] = []

    init(_ scene: FaultScene, seed: UInt64) {
        self.scene = scene
        random = SeededGenerator(seed: seed)
    }

    mutating func run(rounds: Int) async throws {
        let scene = scene
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await scene.load.run() }
            let business = Task { try await Self.doBusiness(scene) }
            for round in 1...rounds {
                try await befall()
                let begin = ContinuousClock.now
                try await scene.settle()
                settled.append(Int(begin.duration(to: .now).wholeMilliseconds))
                try await changeSettings(round)
            }
            scene.load.end()
            business.cancel()
            _ = await business.result
            try await group.waitForAll()
        }
    }

    /// Some faults at once or one soon after the other, never two of one node.
    private mutating func befall() async throws {
        var plan: [(fault: Fault, node: TroubledNode, after: Int)] = []
        for node in scene.nodes.shuffled(using: &random).prefix(Int.random(in: 1...scene.nodes.count, using: &random)) {
            let fault = Fault.draw(hasClock: node.hasClock, &random)
            plan.append((fault, node, Int.random(in: 0...4000, using: &random)))
        }
        let scene = scene
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (fault, node, after) in plan {
                group.addTask {
                    await scene.passed(after)
                    try await scene.befall(fault, node)
                }
            }
            try await group.waitForAll()
        }
    }

    /// What one node is told all of them know.
    private mutating func changeSettings(_ round: Int) async throws {
        let id = scene.instances[round % scene.instances.count]
        let number = "\(2 + round % 60)"
        let teller = scene.nodes[Int.random(in: 0..<scene.nodes.count, using: &random)]
        let api = try await teller.api()
        let settings: JSON = ["configuration": ["event.notification.concurrency": .string(number)]]
        try await waitUntil("settings to be taken", within: 60) {
            (try? await api.post("/instances/\(id)", settings, method: .PATCH)) != nil
        }
        for node in scene.nodes {
            let api = try await node.api()
            var last = ""
            try await waitUntil("\(node.name) to know of it", within: 30, seen: { last + node.diagnostics }) {
                let found = try? await api.get("/instances/\(id)")
                last = found?.text ?? ""
                return found?["configuration", "event.notification.concurrency"]?.settingText == number
            }
        }
    }

    /// Records of the org change, and any node is asked to poll.
    private static func doBusiness(_ scene: FaultScene) async throws {
        var records: [String: [String]] = [:]
        var turn = 0
        var polls: [Task<Void, Never>] = []
        while !Task.isCancelled {
            turn += 1
            let object = WatchedOrg.objects[turn % WatchedOrg.objects.count]
            let known = records[object] ?? []
            let fields: [String: JSON] =
                object == "Opportunity" ? ["Name": .string("Deal \(turn)")] : ["LastName": .string("Ada \(turn)")]
            if known.count > 20 {
                try await scene.org.org.change(object, known[turn % known.count], fields)
            } else {
                let more: [String: JSON] =
                    switch object {
                    case "Lead": ["Company": "Acme"]
                    case "Opportunity": ["StageName": "Prospecting", "CloseDate": "2027-01-01"]
                    default: [:]
                    }
                records[object] = known + [try await scene.org.org.create(object, fields.merging(more) { $1 })]
            }
            let node = scene.nodes[turn % scene.nodes.count]
            if turn.isMultiple(of: 3), let id = scene.polled[object], node.child?.status == nil,
                let api = try? await ManagementAPI.running(in: node.path)
            {
                // One that is in trouble answers so, or late.
                polls.append(Task { _ = try? await api.post("/instances/\(id)/poll") })
            }
            await scene.passed(100)
        }
        for poll in polls { await poll.value }
    }
}
#endif
