/// The ladder of waits between the attempts of a delivery.
package struct RetryPolicy: Sendable, Hashable {
    /// Milliseconds before the second attempt, the third, and so on; after the last one the delivery is dead.
    package let delays: [Int64]
    /// The share by which a wait may be longer or shorter: 0.2 is ±20 %.
    package let jitter: Double

    package init(delays: [Int64], jitter: Double = 0.2) {
        self.delays = delays
        self.jitter = jitter
    }

    /// 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: the ladder that Standard Webhooks suggests.
    package static let standard = RetryPolicy(
        delays: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map { $0 * 1000 }
    )

    /// Five retries after 8^x seconds, as Cloud Elements' newer documents say.
    package static let cloudElements = RetryPolicy(delays: powers(of: 8, count: 5), jitter: 0)

    /// Nine retries after 4^x seconds, as its older ones say.
    package static let cloudElements9 = RetryPolicy(delays: powers(of: 4, count: 9), jitter: 0)

    /// Attempts of a delivery before it is dead, the first one included.
    package var maximumAttempts: Int { delays.count + 1 }

    /// Milliseconds to wait after that many failed attempts; nil when the ladder has ended. `random`, from 0 up to 1,
    /// places the wait within the jitter.
    package func delay(afterAttempts attempts: Int, random: Double) -> Int64? {
        guard attempts >= 1, attempts <= delays.count else { return nil }
        let base = Double(delays[attempts - 1])
        return Int64(base * (1 + jitter * (2 * min(max(random, 0), 1) - 1)))
    }

    private static func powers(of base: Int64, count: Int) -> [Int64] {
        var value: Int64 = 1
        return (0..<count).map { _ in
            value *= base
            return value * 1000
        }
    }
}
