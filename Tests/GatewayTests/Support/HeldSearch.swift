import Primitives
import TestSupport

/// A search that takes until it is let go, or until nobody waits for it.
final class HeldSearch: Sendable {
    private let gate = Gate()
    private let begins = Locked(0)
    private let ends = Locked<[Bool]>([])

    /// The search's part.
    func hold() async throws {
        begins.withLock { $0 += 1 }
        defer { ends.withLock { $0.append(Task.isCancelled) } }
        try await gate.waitUnlessCancelled()
    }

    /// Returns once a search waits that nobody has asked for yet.
    func begun() async throws {
        try await waitUntil("a search begins") {
            begins.withLock { begins in
                guard begins > 0 else { return false }
                begins -= 1
                return true
            }
        }
    }

    /// Returns once a search has ended.
    func wasCancelled() async throws -> Bool {
        try await waitUntil("a search ends") { ends.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    func letGo() { gate.open() }
}

extension StubEngine {
    /// Holds each search for events from here on.
    func holdSearches() -> HeldSearch {
        let search = HeldSearch()
        state.withLock { $0.search = search }
        return search
    }
}
