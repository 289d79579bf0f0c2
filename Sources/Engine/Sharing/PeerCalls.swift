import Domain
import EngineAPI
import Primitives
import Store

/// Calls of other nodes, each ended once that node can't be expected to answer it: one that hangs, or whose machine has vanished,
/// keeps its connections open and says nothing.
struct PeerCalls: Sendable {
    let sharing: any SharedStore
    let clock: any EngineClock

    /// Milliseconds for what a node knows without asking anybody else; what is known here is shown after that.
    private static let readPatience: Int64 = 1500
    /// Milliseconds between two looks whether a node is still there.
    private static let pause: Int64 = 250
    /// Milliseconds for an answer that was on its way when its node ended.
    private static let lastAnswer: Int64 = 1000

    /// The node that was asked is not there any more.
    struct Gone: ReportedError, Hashable {
        let node: String

        var description: String {
            "The node \(node) ended before it answered, so that nobody knows whether this was done; look first, then ask again."
        }

        var report: ClientError { ClientError(.unavailable, description, mayPass: true) }
    }

    /// What a node answers to a question in time.
    ///
    /// - Throws: `ClientError` that may pass where it does not.
    func read<Value: Sendable>(
        of node: StoreNode,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard !sharing.isSilent(node.number) else { throw Self.silence(of: node) }
        return try await race(work) { [clock] in
            try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.readPatience))
            return Self.silence(of: node)
        }
    }

    /// What a node does, however long that takes; given up when that node is gone.
    ///
    /// - Throws: `Gone`, or what `work` throws.
    func work<Value: Sendable>(
        of node: StoreNode,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await race(work) { [sharing, clock] in
            while sharing.nodes.contains(where: { $0.number == node.number }) {
                try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.pause))
            }
            try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.lastAnswer))
            return Gone(node: node.name)
        }
    }

    private static func silence(of node: StoreNode) -> ClientError {
        ClientError(.unavailable, "The node \(node.name) does not answer at the moment.", mayPass: true)
    }

    /// What `work` brings, unless `end` comes first with why it is given up.
    private func race<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value,
        until end: @escaping @Sendable () async throws -> any Error
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask { throw try await end() }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
