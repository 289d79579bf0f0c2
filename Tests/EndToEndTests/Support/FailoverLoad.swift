#if PostgreSQL
import Synchronization
import TestSupport

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

    private let nodes: [String]
    private let receivers: [WebhookAddress]
    private let state = Mutex(State())

    init(nodes: [String], receivers: [WebhookAddress]) {
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
        do {
            guard let answer = try await receivers[number % receivers.count].post(number, change, to: node) else {
                return false
            }
            state.withLock { state in
                state.last = "\(answer.status) \(answer.text)"
                // One that is ending or has lost the database says so.
                if ![202, 503].contains(answer.status) { state.faults.append(state.last) }
            }
            return answer.status == 202
        } catch {
            state.withLock { $0.last = "\(error)" }
            return false
        }
    }
}
#endif
