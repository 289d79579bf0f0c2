import Primitives

/// How many posts of an instance may begin now: permits that come at an even pace and can be saved up for a twentieth of a
/// second. Pure; moments come from outside, of the clock that nobody sets.
struct RateAllowance: Sendable, Hashable {
    /// Posts a second.
    let rate: Int
    /// In millionths of a post, so that nothing is lost by rounding: a millisecond brings `rate` thousands of them.
    private var saved: Int64
    private var updatedAt: Timestamp

    private static let one: Int64 = 1_000_000

    init(rate: Int, at now: Timestamp) {
        self.rate = max(1, rate)
        updatedAt = now
        saved = 0
        saved = mostSaved
    }

    private var perMillisecond: Int64 { Int64(rate) * 1000 }
    private var mostSaved: Int64 { max(Self.one, perMillisecond * 50) }

    private mutating func refill(at now: Timestamp) {
        let passed = min(max(0, now.milliseconds - updatedAt.milliseconds), 60_000)
        saved = min(mostSaved, saved + passed * perMillisecond)
        if now > updatedAt { updatedAt = now }
    }

    /// Acquires a permit, if there is one.
    mutating func acquire(at now: Timestamp) -> Bool {
        refill(at: now)
        guard saved >= Self.one else { return false }
        saved -= Self.one
        return true
    }

    /// When it is worth looking again: at the next permit, and not more than fifty times a second.
    var next: Timestamp {
        let missing = max(0, Self.one - saved)
        return updatedAt.advanced(byMilliseconds: max(20, (missing + perMillisecond - 1) / perMillisecond))
    }
}
