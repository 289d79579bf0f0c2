import Domain
import Drawing
import Primitives

extension ActionID {
    static let heatStrip = ActionID("heat-strip")
    static let earlier = ActionID("earlier")
    static let later = ActionID("later")
}

/// The day of the selected row above the list: how many events when, and which failed.
struct HeatStrip: Sendable {
    static let actions: [Action] = [
        Action(
            .heatStrip,
            [.character("H")],
            "Show the day above the list, or hide it",
            hint: "day",
            in: [.events, .detail]
        ),
        .keyed(.earlier, [.left], "Earlier in the day, to the next events", hint: "earlier", in: [.events]),
        .keyed(.later, [.right], "Later in the day, to the next events", hint: "later", in: [.events]),
    ]

    /// Rows of the screen from which on it is shown unless somebody has hidden it.
    private static let shownFrom = 30
    /// Rows of the list below which it is not.
    private static let leastRoom = 14
    /// Rows that it takes.
    static let height = 2
    /// Columns before the bars.
    static let labelWidth = 6
    private static let daySeconds: Int64 = 86_400

    var memory = HeatMemory()
    private(set) var load = HistogramLoad(.day, pause: 10_000)
    /// What is shown: from where to where, and in how many columns. A day on which the clock is turned has other hours.
    private var span: (start: Timestamp, end: Timestamp, columns: Int)?
    /// What the clock of the screen shows, or skips, as the day begins: where it is turned at midnight, the day begins later.
    private var midnight = Timestamp.distantPast

    /// Whether it has a place in a list of this height.
    func isShown(in height: Int, screen: Size) -> Bool {
        height >= Self.leastRoom && memory.isShown ?? (screen.height >= Self.shownFrom)
    }

    /// Turns to the day of a moment, on the clock of the screen.
    mutating func turn(to moment: Timestamp, clock: LocalClock, columns: Int) {
        let midnight = Timestamp(seconds: clock.day(of: moment).multiplied(saturating: Self.daySeconds))
        let start = clock.moment(of: midnight)
        let end = clock.moment(of: midnight.advanced(bySeconds: Self.daySeconds))
        let columns = min(max(1, columns), HistogramRequest.mostBins)
        guard span?.start != start || span?.end != end || span?.columns != columns else { return }
        span = (start, end, columns)
        self.midnight = midnight
        load.reset()
    }

    mutating func invalidate() { load.invalidate() }
    mutating func restart() { load.restart() }
    mutating func reset(notBefore moment: Timestamp = .distantPast) { load.reset(notBefore: moment) }

    mutating func nextLoad(_ filter: EventFilter, at now: Timestamp) -> Command? {
        guard let request = request(filter) else { return nil }
        return load.nextLoad(request, at: now)
    }

    mutating func accept(
        _ use: HistogramUse,
        token: Int,
        _ result: Result<EventHistogram, Failure>,
        at now: Timestamp
    ) { _ = load.accept(use, token: token, result, at: now) }

    private func request(_ filter: EventFilter) -> HistogramRequest? {
        span.map { HistogramRequest(filter, .times(from: $0.start, to: $0.end), bins: $0.columns) }
    }

    // MARK: Columns and moments

    var columns: Int { span?.columns ?? 0 }
    var start: Timestamp? { span?.start }

    /// Milliseconds of one column.
    private var columnWidth: Int64 { request(EventFilter())?.binWidth ?? 1 }

    /// The column of a moment; nil on another day.
    func column(of moment: Timestamp) -> Int? {
        guard let span, moment >= span.start, moment < span.end else { return nil }
        return Int(clamping: moment.since(span.start) / columnWidth)
    }

    /// The column in which an hour of the day begins on the clock of the screen; nil where the clock skips it.
    func column(ofHour hour: Int, clock: LocalClock) -> Int? {
        let reading = midnight.advanced(bySeconds: Int64(hour) * 3600)
        let moment = clock.moment(of: reading)
        return clock.reading(at: moment) == reading ? column(of: moment) : nil
    }

    /// The first moment after a column.
    func end(of column: Int) -> Timestamp? {
        span.map { span in
            let end = span.start.advanced(byMilliseconds: Int64(column + 1).multiplied(saturating: columnWidth))
            return min(end, span.end)
        }
    }

    /// Events and failures of each column.
    var counts: [(events: Int64, failures: Int64)] {
        var counts = [(events: Int64, failures: Int64)](repeating: (0, 0), count: columns)
        for bin in load.value?.bins ?? [] {
            guard let column = column(of: Timestamp(milliseconds: bin.start)), counts.indices.contains(column) else {
                continue
            }
            counts[column].events += bin.events
            counts[column].failures += bin.failures
        }
        return counts
    }

    /// The nearest column with events beside one, -1 to the left; nil where the day has none there.
    func neighbour(of column: Int, step: Int) -> Int? {
        let counts = counts
        var column = column + step
        while counts.indices.contains(column) {
            if counts[column].events > 0 { return column }
            column += step
        }
        return nil
    }
}

/// Whether somebody has shown or hidden the day.
struct HeatMemory: MemoryPart {
    static let name = "day"

    /// Nil: as the screen has room.
    var isShown: Bool?

    init() {}
    init(_ json: JSON) { isShown = json["shown"]?.bool }

    var json: JSON { .object(isShown.map { [JSON.Member("shown", .bool($0))] } ?? []) }
}
