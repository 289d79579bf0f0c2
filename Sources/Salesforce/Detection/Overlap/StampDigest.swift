import Domain
import Primitives

/// How many live records the ledger has by stamp, in order.
struct StampDigest: Sendable {
    private let counts: [StampCount]

    init(_ counts: [StampCount]) { self.counts = counts }

    /// Those of a window.
    func within(_ window: StampWindow) -> ArraySlice<StampCount> {
        let first = place(of: window.from)
        return counts[first..<max(first, place(of: window.to))]
    }

    func records(in window: StampWindow) -> Int { within(window).reduce(0) { $0 + $1.records } }

    /// The earliest stamp of the window from which on there are no more records than the limit; the window's end where
    /// the last stamp alone has more.
    func start(of window: StampWindow, holdingAtMost limit: Int) -> Timestamp {
        var left = limit
        var start = window.to
        for count in within(window).reversed() {
            left -= count.records
            guard left >= 0 else { return start }
            start = count.stamp
        }
        return window.from
    }

    /// The window in parts of about so many records each; a stamp's records are never parted.
    func parts(of window: StampWindow, of size: Int) -> [StampWindow] {
        var parts: [StampWindow] = []
        var start = window.from
        var records = 0
        for count in within(window) {
            if records > 0, records + count.records > size {
                parts.append(StampWindow(from: start, to: count.stamp))
                start = count.stamp
                records = 0
            }
            records += count.records
        }
        return parts + [StampWindow(from: start, to: window.to)]
    }

    private func place(of stamp: Timestamp) -> Int {
        var (low, high) = (0, counts.count)
        while low < high {
            let middle = (low + high) / 2
            if counts[middle].stamp < stamp { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
