package import Domain

extension APIUsage {
    /// Reads `api-usage=18/5000`, which further parts may follow.
    package init?(limitInfo header: String) {
        for part in header.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }) == "api-usage" else { continue }
            let numbers = pair[1].split(separator: "/").compactMap { Int($0.filter(\.isNumber)) }
            guard numbers.count == 2, numbers[1] > 0 else { return nil }
            self.init(used: numbers[0], allowed: numbers[1])
            return
        }
        return nil
    }
}
