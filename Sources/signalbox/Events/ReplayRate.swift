/// `--rate`: `5/s`, `30/m` or `5`, which is a second's.
struct ReplayRate: Sendable, Hashable {
    /// From the start of one replay to the start of the next.
    let pause: Duration

    init(parsing text: String) throws(UsageError) {
        let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        let units = ["s": 1.0, "m": 60.0, "h": 3600.0]
        guard (1...2).contains(parts.count), let count = Double(parts[0]), count > 0, count <= 100_000,
            let seconds = units[parts.count == 2 ? String(parts[1]) : "s"]
        else { throw UsageError("--rate is how many a second, like 5/s or 30/m; “\(text.prefix(60))” is not that.") }
        pause = .nanoseconds(Int64(seconds / count * 1_000_000_000))
    }
}
