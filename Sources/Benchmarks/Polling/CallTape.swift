import Primitives
import Salesforce

/// Sends requests and, while it runs, keeps what they were, so that they can be sent again.
final class CallTape: HTTPExecuting {
    private let http: any HTTPExecuting
    private let kept = Locked<[HTTPCall]?>(nil)

    init(_ http: any HTTPExecuting) { self.http = http }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        kept.withLock { $0?.append(call) }
        return try await http.execute(call)
    }

    func start() { kept.withLock { $0 = [] } }

    /// What was sent since the start.
    func stop() -> [HTTPCall] {
        kept.withLock { kept in
            defer { kept = nil }
            return kept ?? []
        }
    }
}
