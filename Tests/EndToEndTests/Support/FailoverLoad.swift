#if PostgreSQL
import Primitives
import TestSupport

/// Changes of many records, each record's in order, each posted until a node has acknowledged it.
final class FailoverLoad: Sendable {
    private static let senders = 8
    private static let records = 30
    private static let changes = 4

    var total: Int { Self.senders * Self.records * Self.changes }
    var taken: Int { state.withLock { $0.taken } }
    var faults: [String] { sender.faults }
    /// Between two that were taken.
    var longestPause: Duration { state.withLock { $0.longestPause } }
    var instances: [Int64] { sender.instances }
    var seen: String { "\(taken) taken, \(faults), last: \(sender.last)" }

    private struct State {
        var taken = 0
        /// The node that didn't answer, or did not take anything, last.
        var dead: Int?
        var lastTaken: ContinuousClock.Instant?
        var longestPause = Duration.zero
    }

    private let nodes: [String]
    private let sender: WebhookSender
    private let state = Locked(State())

    init(nodes: [String], receivers: [WebhookAddress]) {
        self.nodes = nodes
        sender = WebhookSender(receivers)
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
                if await sender.post(number, change, to: nodes[index]) { return true }
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
}
#endif
