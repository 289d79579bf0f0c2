#if PostgreSQL
import Foundation
import Primitives
import Synchronization
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
        var faults: [String] = []
        var last = ""
        var hasEnded = false
    }

    private let nodes: [String]
    private let addresses: [WebhookAddress]
    private let wrongClocks: @Sendable (_ node: String) -> Bool
    private let state = Mutex(State())

    /// `wrongClocks` tells whether the node of a data directory has another time, and so refuses what is signed by the right
    /// one.
    init(
        nodes: [String],
        addresses: [WebhookAddress],
        wrongClocks: @escaping @Sendable (_ node: String) -> Bool
    ) {
        self.nodes = nodes
        self.addresses = addresses
        self.wrongClocks = wrongClocks
    }

    /// Changes that were acknowledged.
    var count: Int { state.withLock { $0.count } }
    /// The last change of each record that was acknowledged, by the record's id.
    var taken: [String: Int] { state.withLock { $0.taken } }
    /// Answers that no sender should ever see.
    var faults: [String] { state.withLock { $0.faults } }
    var seen: String { state.withLock { "\($0.count) taken, \($0.faults), last: \($0.last)" } }

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
            return await answer(nodes[turn % nodes.count], number, change)
        }
        state.withLock { state in
            state.count += 1
            state.taken[WebhookAddress.record(number)] = change
        }
    }

    private func answer(_ node: String, _ number: Int, _ change: Int) async -> Bool {
        let hadWrongClock = wrongClocks(node)
        do {
            guard let answer = try await addresses[number % addresses.count].post(number, change, to: node) else {
                return false
            }
            let mayRefuse = hadWrongClock || wrongClocks(node)
            state.withLock { state in
                state.last = "\(answer.status) \(answer.text)"
                // One that is ending or has lost the database says so.
                if ![202, 503].contains(answer.status), !(mayRefuse && answer.status == 401) {
                    state.faults.append(state.last)
                }
            }
            return answer.status == 202
        } catch {
            state.withLock { $0.last = "\(error)" }
            return false
        }
    }
}
#endif
