import Primitives
import Store

extension Poller {
    /// Milliseconds.
    private static let forgetsEvery: Int64 = 3_600_000

    /// Forgets how many records carry stamps that no overlap reaches any more.
    func forgetOldStamps(_ now: Timestamp) async throws {
        if let lastForgetting, now.since(lastForgetting) < Self.forgetsEvery { return }
        lastForgetting = now
        let oldest = context.clock.now.advanced(byMilliseconds: -IntakePlan.countedMilliseconds)
        try await context.store.forgetLedgerStamps(id, before: oldest)
    }
}
