import Domain
package import Primitives

/// Moments that are stored by the clock that nobody sets, and what the next start must know of it.
package protocol ClockStore: Sendable {
    /// Keeps how far the machine's clock is from the one that stored due times are of, in milliseconds.
    func saveClockStep(_ milliseconds: Int64) async throws
    /// At a start: leads due times and the ends of former secrets over to the clock as it is set now, and lets none be
    /// further away than it was told to wait, however the clock was set meanwhile. Bulk replays that were left open by an
    /// instance that is gone are cancelled.
    func settleDue(now: Timestamp) async throws
}
