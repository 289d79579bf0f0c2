import Domain

/// `--rate`: `5/s`, `30/m` or `5`, which is a second's.
struct ReplayRate: Sendable, Hashable {
    /// Seconds: at least one replay an hour.
    private static let longestPause = 3600.0

    private let text: String
    private let count: Double
    private let seconds: Double

    init(parsing text: String) throws(UsageError) {
        let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        let units = ["s": 1.0, "m": 60.0, "h": 3600.0]
        guard (1...2).contains(parts.count), let count = Double(parts[0]), count > 0, count <= 100_000,
            let seconds = units[parts.count == 2 ? String(parts[1]) : "s"], seconds / count <= Self.longestPause
        else { throw UsageError("--rate is how many a second, like 5/s or 30/m; “\(text.prefix(60))” is not that.") }
        self.text = text
        self.count = count
        self.seconds = seconds
    }

    /// From the start of one replay to the start of the next.
    var pause: Duration { .nanoseconds(Int64(seconds / count * 1_000_000_000)) }

    /// A bulk replay's rate, which is a whole number a second.
    func perSecond() throws(UsageError) -> Int {
        guard let rate = Int(exactly: count / seconds), ReplayJob.rates.contains(rate) else {
            throw UsageError(
                "--rate with --filter is a whole number a second, 1/s to 1000/s; “\(text.prefix(60))” is not."
            )
        }
        return rate
    }
}
