import Synchronization

/// A search that takes until it is let go, or until nobody waits for it.
final class HeldSearch: Sendable {
    private let (begins, begin) = AsyncStream<Void>.makeStream()
    private let (ends, end) = AsyncStream<Bool>.makeStream()
    private let (gate, opening) = AsyncStream<Void>.makeStream()
    private let gates: Task<Void, Never>

    init() {
        let gate = gate
        gates = Task { for await _ in gate {} }
    }

    /// The search's part.
    func hold() async throws {
        begin.yield()
        await withTaskCancellationHandler {
            await gates.value
        } onCancel: {
            opening.finish()
        }
        end.yield(Task.isCancelled)
        try Task.checkCancellation()
    }

    /// Returns once a search waits.
    func begun() async { for await _ in begins { return } }

    /// Returns once a search has ended.
    func wasCancelled() async -> Bool {
        for await isCancelled in ends { return isCancelled }
        return false
    }

    func letGo() { opening.finish() }
}

extension StubEngine {
    /// Holds each search for events from here on.
    func holdSearches() -> HeldSearch {
        let search = HeldSearch()
        state.withLock { $0.search = search }
        return search
    }
}
