/// How a callback answered lately: from its newest attempts, replays too.
package struct CallbackFigures: Sendable, Hashable {
    /// One attempt, as far as it counts here.
    package struct Sample: Sendable, Hashable {
        package let milliseconds: Int
        package let isSuccess: Bool

        package init(milliseconds: Int, isSuccess: Bool) {
            self.milliseconds = milliseconds
            self.isSuccess = isSuccess
        }
    }

    /// Attempts that are looked at, at most.
    package static let most = 1000
    /// Milliseconds that the attempts of each bucket stay below; what takes longer is in the last one.
    package static let bounds = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    package var attempts = 0
    package var failures = 0
    /// Attempts by how long they took; one more than there are bounds, or none.
    package var buckets: [Int] = []
    /// Milliseconds within which half of the attempts, 95 and 99 of a hundred ended, and the longest one; nil without attempts.
    package var median: Int?
    package var p95: Int?
    package var p99: Int?
    package var slowest: Int?

    package init() {}

    /// In any order.
    package init(_ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        attempts = samples.count
        failures = samples.count { !$0.isSuccess }
        buckets = Array(repeating: 0, count: Self.bounds.count + 1)
        let times = samples.map { max(0, $0.milliseconds) }.sorted()
        for time in times { buckets[Self.bounds.firstIndex { time < $0 } ?? Self.bounds.count] += 1 }
        median = Self.rank(50, times)
        p95 = Self.rank(95, times)
        p99 = Self.rank(99, times)
        slowest = times.last
    }

    /// The nearest rank, so that what is shown was measured.
    private static func rank(_ percent: Int, _ times: [Int]) -> Int {
        times[min(times.count - 1, max(0, (times.count * percent + 99) / 100 - 1))]
    }
}
