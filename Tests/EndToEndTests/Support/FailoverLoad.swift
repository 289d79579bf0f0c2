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

/// Changes of many records, each record's in order, each posted until a node has acknowledged it.
final class FailoverLoad: Sendable {
    private static let senders = 8
    private static let records = 30
    private static let changes = 4

    var total: Int { Self.senders * Self.records * Self.changes }
    var taken: Int { state.withLock { $0.taken } }
    /// Answers that no sender should ever see.
    var faults: [String] { state.withLock { $0.faults } }
    /// Between two that were taken.
    var longestPause: Duration { state.withLock { $0.longestPause } }
    var instances: [Int64] { receivers.map(\.instance) }
    var seen: String { state.withLock { "\($0.taken) taken, \($0.faults), last: \($0.last)" } }

    private struct State {
        var taken = 0
        var faults: [String] = []
        var last = ""
        /// The node that didn't answer, or did not take anything, last.
        var dead: Int?
        var lastTaken: ContinuousClock.Instant?
        var longestPause = Duration.zero
    }

    /// The address of an instance, and what verifies what comes there.
    struct Receiver: Sendable {
        let instance: Int64
        let path: String
        let key: SymmetricKey

        init(_ instance: Int64, _ path: String, secret: String) {
            self.instance = instance
            self.path = path
            key = SymmetricKey(data: Base64.decode(String(secret.dropFirst(6))) ?? [])
        }
    }

    private let nodes: [String]
    private let receivers: [Receiver]
    private let state = Mutex(State())

    init(nodes: [String], receivers: [Receiver]) {
        self.nodes = nodes
        self.receivers = receivers
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
            // Each node gets half of every record's changes. Asking one that is dead takes its time: it comes last.
            let turn = (number + change) % 2
            let dead = state.withLock { $0.dead }
            for index in turn == dead ? [1 - turn, turn] : [turn, 1 - turn] {
                if try await answer(nodes[index], number, change) { return true }
                state.withLock { $0.dead = index }
            }
            return false
        }
        state.withLock { state in
            state.taken += 1
            let now = ContinuousClock.now
            if let last = state.lastTaken { state.longestPause = max(state.longestPause, now - last) }
            state.lastTaken = now
        }
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
        let target = receivers[number % receivers.count]
        let request = HTTPClientRequest.signedWebhook(
            body,
            id: "msg_\(number)_\(change)",
            key: target.key,
            to: "http://\(receiver)\(target.path)"
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
