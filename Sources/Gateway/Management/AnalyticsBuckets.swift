import Domain
import Primitives

/// The buckets of time that analytics count in, aligned to the calendar in UTC; both ends are counted.
struct AnalyticsBuckets: Sendable {
    enum Interval: String, Sendable, CaseIterable {
        case year, quarter, month, week, day, hour, minute, second

        /// The longest period that can be asked for: answers stay of a size that can be sent.
        var longestHours: Int64 {
            switch self {
            case .second: 23
            case .minute: 24 * 60
            case .hour: 24 * 366 * 5
            case .day, .week: 24 * 366 * 100
            case .month, .quarter, .year: 24 * 366 * 1000
            }
        }
    }

    /// Starts of the buckets, ascending.
    let starts: [Timestamp]

    init(from: Timestamp, to: Timestamp, interval: Interval) throws(APIError) {
        guard from <= to else { throw .badRequest("from is later than to; swap them.") }
        let hours = interval.longestHours
        guard to.since(from) <= hours * 3_600_000 else {
            throw .badRequest(
                "By \(interval.rawValue), at most \(hours) hours can be asked for; choose a longer interval."
            )
        }
        var starts: [Timestamp] = []
        var start = Self.start(of: from, interval)
        while start <= to {
            starts.append(start)
            start = Self.next(start, interval)
        }
        self.starts = starts
    }

    /// The bucket that a moment falls into.
    func index(of moment: Timestamp) -> Int? {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    private static func start(of moment: Timestamp, _ interval: Interval) -> Timestamp {
        func floor(_ unit: Int64, shift: Int64 = 0) -> Timestamp {
            let shifted = moment.milliseconds + shift
            return Timestamp(milliseconds: shifted - (shifted % unit + unit) % unit - shift)
        }
        let parts = moment.parts
        func day(month: Int) -> Timestamp { Timestamp(year: parts.year, month: month, day: 1) ?? moment }
        switch interval {
        case .second: return floor(1000)
        case .minute: return floor(60_000)
        case .hour: return floor(3_600_000)
        case .day: return floor(86_400_000)
        // The epoch was a Thursday; weeks begin on Monday.
        case .week: return floor(7 * 86_400_000, shift: 3 * 86_400_000)
        case .month: return day(month: parts.month)
        case .quarter: return day(month: (parts.month - 1) / 3 * 3 + 1)
        case .year: return day(month: 1)
        }
    }

    private static func next(_ start: Timestamp, _ interval: Interval) -> Timestamp {
        func months(_ count: Int) -> Timestamp {
            let parts = start.parts
            let month = parts.month - 1 + count
            return Timestamp(year: parts.year + month / 12, month: month % 12 + 1, day: 1)
                ?? start.advanced(bySeconds: 366 * 86_400)
        }
        switch interval {
        case .second: return start.advanced(bySeconds: 1)
        case .minute: return start.advanced(bySeconds: 60)
        case .hour: return start.advanced(bySeconds: 3600)
        case .day: return start.advanced(bySeconds: 86_400)
        case .week: return start.advanced(bySeconds: 7 * 86_400)
        case .month: return months(1)
        case .quarter: return months(3)
        case .year: return months(12)
        }
    }
}
