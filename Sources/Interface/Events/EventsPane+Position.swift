import Domain
import Drawing
import Primitives

/// Where the rows on the screen stand among all that the filter finds, and where failures and hits do.
extension EventsPane {
    /// Events that the filter finds; nil until they are counted.
    var total: Int64? { (filtering.isOn ? matches : counts).value?.total }

    /// Counts what the scrollbar shows, and where the loaded rows stand if that is not known.
    mutating func positionLoads(_ context: DashboardContext) -> [Command] {
        guard isPositionWanted, let first = window.rows.first?.sequence else { return [] }
        let isLost = !window.isFollowing && window.older(than: 0) == nil
        let cut: Int64? = isLost ? first : nil
        let isUrgent = isLost && spread.request?.axis != .sequences(cut: cut)
        let request = HistogramRequest(window.filter, .sequences(cut: cut), bins: HistogramLoad.bins)
        // What a filter finds is counted first.
        var loads = total == nil ? [] : [spread.nextLoad(request, at: context.due, isUrgent: isUrgent)]
        if let hits = finding?.request(window.filter) { loads.append(finding?.hits.nextLoad(hits, at: context.due)) }
        return loads.compactMap { $0 }
    }

    func positionDeadlines() -> [Timestamp?] {
        guard isPositionWanted else { return [] }
        return [total == nil ? nil : spread.nextDeadline, finding?.rows == nil ? nil : finding?.hits.nextDeadline]
    }

    /// Nothing is counted for a list that shows all it has.
    private var isPositionWanted: Bool {
        guard rect != nil, !window.rows.isEmpty else { return false }
        return finding != nil || Int64(window.height) < max(Int64(window.rows.count), total ?? 0)
    }

    mutating func accept(
        _ use: HistogramUse,
        token: Int,
        _ result: Result<EventHistogram, Failure>,
        _ context: DashboardContext
    ) {
        _ = finding?.hits.accept(use, token: token, result, at: context.due)
        heat.accept(use, token: token, result, at: context.due)
        guard spread.accept(use, token: token, result, at: context.due),
            case .sequences(let cut?)? = spread.request?.axis,
            let bins = spread.value?.bins, spread.value?.isCut == false
        else { return }
        window.learn(older: bins.reduce(0) { $0 + ($1.start < cut ? $1.events : 0) }, than: cut)
    }

    /// Where not all were counted, there may be more.
    private var isCut: Bool { (filtering.isOn ? matches : counts).value?.isCut == true }

    /// Events that were not in view yet, out of the same total as the position beside it; nil where nobody knows how many.
    var newCount: Int64? {
        guard let total, !isCut, let count = window.new(of: total) else {
            return window.newSincePause.map { Int64($0) }
        }
        // The total is older than the news.
        return count > 0 ? count : nil
    }

    /// `1 234 of 104 331`, while the list stands still.
    func position() -> String? {
        guard !window.isFollowing, let total, let selected = window.selected, let index = window.row(of: selected),
            let older = window.older(than: index)
        else { return nil }
        return isCut
            ? "\((older + 1).grouped) of over \(total.grouped)" : "\(min(older + 1, total).grouped) of \(total.grouped)"
    }

    func paintScrollbar(_ track: Rect, _ painter: inout Painter) {
        let visible = window.visibleRange
        let loaded = window.rows.count
        let total = max(loaded, Int(clamping: total ?? 0))
        let offset = min(offset(of: visible, total: total), max(0, total - visible.count))
        var marks = visible.filter { window.rows[$0].isLost }.map { index in
            (row: offset + index - visible.lowerBound, style: Style.statusFail)
        }
        var ranks = Ranks(spread.value)
        marks += ranks.failures.map { (row: min($0, total - 1), style: .statusFail) }
        ranks.complete(to: total)
        // Those in view are marked in their rows, and would hide what of the list is in view.
        let inView = offset..<(offset + visible.count)
        marks += (finding?.hits.value?.bins ?? []).map { ranks.rank(of: $0.start) }.filter { !inView.contains($0) }
            .map { (row: $0, style: .accent) }
        let extent = ScrollExtent(total: total, offset: offset, visible: visible.count)
        painter.canvas.scrollbar(extent, in: track, marks: marks)
    }

    /// The rank of the first visible row: exact where it is known, else as good as it can be told.
    private func offset(of visible: Range<Int>, total: Int) -> Int {
        if let older = window.older(than: visible.lowerBound) { return Int(clamping: older) }
        let loaded = window.rows.count
        if window.reachesNewest { return max(0, total - loaded + visible.lowerBound) }
        guard loaded > 0 else { return 0 }
        let ranks = Ranks(spread.value)
        return ranks.isEmpty ? total / 2 : ranks.rank(of: window.rows[visible.lowerBound].sequence)
    }
}

/// The ranks of events by their sequences, as far as a histogram can tell.
private struct Ranks {
    private var points: [(sequence: Int64, rank: Int64)] = []
    /// Ranks in the middle of bins with failures.
    private(set) var failures: [Int] = []
    private var end: Int64 = 0

    init(_ histogram: EventHistogram?) {
        for bin in histogram?.bins ?? [] {
            points.append((bin.start, end))
            if bin.failures > 0 { failures.append(Int(clamping: end + bin.events / 2)) }
            end += bin.events
        }
    }

    var isEmpty: Bool { points.isEmpty }

    /// Events that came after the histogram stand behind its last bin.
    mutating func complete(to total: Int) { end = max(end, Int64(total)) }

    func rank(of sequence: Int64) -> Int {
        guard let next = points.firstIndex(where: { $0.sequence > sequence }) else {
            return Int(clamping: points.last.map { $0.sequence >= sequence ? $0.rank : max($0.rank, end - 1) } ?? 0)
        }
        guard next > 0 else { return 0 }
        let (low, high) = (points[next - 1], points[next])
        let part = Double(sequence - low.sequence) / Double(max(1, high.sequence - low.sequence))
        return Int(clamping: low.rank + Int64(Double(high.rank - low.rank) * part))
    }
}

extension EventSummary {
    /// Nothing will be sent again by itself, and the last word was a failure.
    fileprivate var isLost: Bool { hasFailed && delivery?.state.isOpen == false }
}
