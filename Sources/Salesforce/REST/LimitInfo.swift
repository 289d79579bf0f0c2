package import Domain

extension APIUsage {
    /// Reads `api-usage=18/5000`, which further parts may follow.
    package init?(limitInfo header: String) {
        for part in header.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }) == "api-usage" else { continue }
            let numbers = pair[1].split(separator: "/", omittingEmptySubsequences: false).map {
                Int(String($0).trimmed)
            }
            guard numbers.count == 2, let used = numbers[0], let allowed = numbers[1], allowed > 0,
                PlausibleCount.range.contains(used), PlausibleCount.range.contains(allowed)
            else { return nil }
            self.init(used: used, allowed: allowed)
            return
        }
        return nil
    }
}
