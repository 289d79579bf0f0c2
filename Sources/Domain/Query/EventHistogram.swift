package import Primitives

/// Where in a history, or when in a span of time, the events of a filter are: counted in bins of equal width.
package struct EventHistogram: Sendable, Hashable {
    package struct Bin: Sendable, Hashable {
        /// Its first sequence, or its first millisecond since 1970.
        package let start: Int64
        package var events: Int64
        /// Those among them that failed, as `EventExpression.failed` says.
        package var failures: Int64

        package init(start: Int64, events: Int64, failures: Int64) {
            self.start = start
            self.events = events
            self.failures = failures
        }
    }

    /// In order; those without events are left out.
    package let bins: [Bin]
    /// Older events were left out: there are more than are looked at one by one, or it took too long.
    package let isCut: Bool

    package init(bins: [Bin], isCut: Bool = false) {
        self.bins = bins
        self.isCut = isCut
    }

    package var total: Int64 { bins.reduce(0) { $0 + $1.events } }
}

/// Which events are counted, over what, and how finely.
package struct HistogramRequest: Sendable, Hashable {
    package enum Axis: Sendable, Hashable {
        /// From the first event of the filter to the last, by sequence. One more bin begins at `cut`, so that what is before
        /// it is counted exactly.
        case sequences(cut: Int64?)
        /// By the time when they were stored, the end left out.
        case times(from: Timestamp, to: Timestamp)
    }

    /// Events found one by one, and milliseconds of looking for them, after which the rest is left out.
    package static let (mostFound, patience) = (50_000, 2000 as Int64)
    /// Bins at most, beside that of the cut.
    package static let mostBins = 512

    package var filter: EventFilter
    package var axis: Axis
    package let bins: Int

    /// Positions in one bin of a range that is cut into so many.
    package static func binWidth(over range: ClosedRange<Int64>, bins: Int) -> Int64 {
        let span = range.upperBound.subtracting(saturating: range.lowerBound)
        return (span / Int64(max(1, bins))).adding(saturating: 1)
    }

    /// Milliseconds in one bin; nil for sequences, as their ends are not known before they are counted.
    package var binWidth: Int64? {
        guard case .times(let from, let to) = axis, from < to else { return nil }
        return Self.binWidth(over: from.milliseconds...(to.milliseconds - 1), bins: bins)
    }

    /// `bins` is brought to 1…`mostBins`.
    package init(_ filter: EventFilter, _ axis: Axis, bins: Int) {
        self.filter = filter
        self.axis = axis
        self.bins = min(max(1, bins), Self.mostBins)
    }
}

extension EventExpression {
    /// What a person would call failed at present: the delivery did and no replay has made up for it, or the last replay did.
    package static let failed = EventExpression.either([
        .term(.states([.retrying])), .every([.term(.states([.dead])), .not(.term(.replays([.succeeded])))]),
        .term(.replays([.failed])),
    ])
}
