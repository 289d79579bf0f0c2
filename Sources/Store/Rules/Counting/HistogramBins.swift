import Domain
import Primitives

/// Bins that are being filled, found by where they begin.
struct HistogramBins {
    /// In order.
    let starts: [Int64]
    private var events: [Int64]
    private var failures: [Int64]

    private init(starts: [Int64]) {
        self.starts = starts
        events = Array(repeating: 0, count: starts.count)
        failures = events
    }

    /// Bins of equal width over a range, one more beginning at `cut` where that lies inside.
    init(over range: ClosedRange<Int64>, count: Int, cut: Int64? = nil) {
        let width = HistogramRequest.binWidth(over: range, bins: count)
        var starts = [range.lowerBound]
        // One more than asked for only where the range is longer than its length can say.
        while let last = starts.last, last <= range.upperBound.subtracting(saturating: width), starts.count <= 2 * count
        {
            starts.append(last.adding(saturating: width))
        }
        if let cut, range.contains(cut), !starts.contains(cut) { starts.append(cut) }
        self.init(starts: starts.sorted())
    }

    /// The bin that a position lies in; nil before the first.
    func index(of position: Int64) -> Int? {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The positions of a bin within a range.
    func range(_ bin: Int, within whole: ClosedRange<Int64>) -> ClosedRange<Int64>? {
        let end = bin + 1 < starts.count ? starts[bin + 1] - 1 : whole.upperBound
        let range = max(starts[bin], whole.lowerBound)...max(starts[bin], end)
        return range.overlaps(whole) ? range.clamped(to: whole) : nil
    }

    mutating func add(_ count: Int64, failures failed: Int64, to bin: Int) {
        events[bin] += count
        failures[bin] += failed
    }

    /// Those with events.
    var filled: [EventHistogram.Bin] {
        starts.indices.filter { events[$0] > 0 }.map {
            EventHistogram.Bin(start: starts[$0], events: events[$0], failures: max(0, failures[$0]))
        }
    }
}
