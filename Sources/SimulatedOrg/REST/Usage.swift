/// The org's allowance of API calls.
struct Usage: Sendable, Equatable {
    var used = 0
    var limit = 100_000
    /// Whether calls are refused because too many long ones run at once.
    var isConcurrencyExhausted = false
    private var day = 0

    /// Counts one call; a new day starts from zero.
    mutating func count(at stamp: Stamp) {
        let today = StampFormat.split(stamp).day
        if day != 0, today != day { used = 0 }
        day = today
        used += 1
    }

    var header: String { "api-usage=\(used)/\(limit)" }
}
