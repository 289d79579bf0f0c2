#if PostgreSQL
import Foundation
import Primitives
import TestSupport

/// Changes of many records, each record's in order, posted until a node has acknowledged each, for as long as it goes on.
final class SteadyLoad: Sendable {
    private static let senders = 6
    private static let records = 12
    /// Milliseconds between two posts of a sender.
    private static let pause = 25

    private struct State {
        var taken: [String: Int] = [:]
        var count = 0
        var hasEnded = false
    }

    private let nodes: [String]
    private let sender: WebhookSender
    private let wrongClocks: @Sendable (_ node: String) -> Bool
    private let state = Locked(State())

    /// `wrongClocks` tells whether the node of a data directory has another time, and so refuses what is signed by the right
    /// one.
    init(
        nodes: [String],
        addresses: [WebhookAddress],
        wrongClocks: @escaping @Sendable (_ node: String) -> Bool
    ) {
        self.nodes = nodes
        sender = WebhookSender(addresses)
        self.wrongClocks = wrongClocks
    }

    /// Changes that were acknowledged.
    var count: Int { state.withLock { $0.count } }
    /// The last change of each record that was acknowledged, by the record's id.
    var taken: [String: Int] { state.withLock { $0.taken } }
    var faults: [String] { sender.faults }
    var seen: String { "\(count) taken, \(faults), last: \(sender.last)" }

    /// What is under way is still posted until it is taken.
    func end() { state.withLock { $0.hasEnded = true } }

    func run() async throws {
        try await withThrowingTaskGroup { group in
            for sender in 0..<Self.senders {
                group.addTask {
                    var change = 1
                    while true {
                        for record in 0..<Self.records {
                            if self.state.withLock({ $0.hasEnded }) { return }
                            try await self.post(sender * Self.records + record, change)
                            try await elapse(milliseconds: Self.pause)
                        }
                        change += 1
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Until it is taken.
    private func post(_ number: Int, _ change: Int) async throws {
        var turn = number + change
        try await waitUntil("a node that takes webhooks", within: 120, seen: { self.seen }) {
            turn += 1
            let node = nodes[turn % nodes.count]
            return await sender.post(number, change, to: node) { wrongClocks(node) }
        }
        state.withLock { state in
            state.count += 1
            state.taken[WebhookAddress.record(number)] = change
        }
    }
}
#endif
