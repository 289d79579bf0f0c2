import Domain
import Primitives

/// When a filter's text is to be read again, because its times count back from the present: `since:1m` is another moment soon.
struct FilterRenewal: Sendable, Hashable {
    /// Milliseconds between two readings, at most and at least.
    private static let longest: Int64 = 60_000
    private static let shortest: Int64 = 1000
    /// Which part of a span may pass before it is read again.
    private static let parts: Int64 = 20

    let text: String
    /// By the clock that nobody sets; nil where the text says the same at any time.
    let due: Timestamp?

    init(_ text: String, _ context: DashboardContext) {
        self.text = text
        let pause = Self.pause(of: text, at: context.now, clock: context.settings.clock)
        due = pause.map { context.due.advanced(byMilliseconds: $0) }
    }

    private static func pause(of text: String, at now: Timestamp, clock: LocalClock) -> Int64? {
        let moments = moments(of: text, at: now, clock: clock)
        let later = Self.moments(of: text, at: now.advanced(bySeconds: 1), clock: clock)
        guard moments.count == later.count else { return longest }
        // What moves on with each second counts back from now.
        let spans = zip(moments, later).filter { $0 != $1 }.map { now.since($0.0) }
        if let span = spans.min() { return min(max(span / parts, shortest), longest) }
        // A day or a time of day is another one on the days to come.
        let inDays = Self.moments(of: text, at: now.advanced(bySeconds: 8 * 86_400), clock: clock)
        return inDays == moments ? nil : longest
    }

    private static func moments(of text: String, at now: Timestamp, clock: LocalClock) -> [Timestamp] {
        guard let expression = try? EventExpression(parsing: text, now: now, clock: clock) else { return [] }
        var moments: [Timestamp] = []
        _ = expression.contains { term in
            if case .since(let moment) = term { moments.append(moment) }
            if case .until(let moment) = term { moments.append(moment) }
            return false
        }
        return moments
    }
}

extension EventsPane {
    /// Lets the times of the filter go with the time. A list that stands still keeps what is being read.
    mutating func renewFilter(_ context: DashboardContext) {
        guard filtering.isOn else { return filtering.renewal = nil }
        guard let renewal = filtering.renewal, renewal.text == filtering.text else {
            return filtering.renewal = FilterRenewal(filtering.text, context)
        }
        guard let due = renewalDeadline, context.due >= due else { return }
        filtering.renewal = FilterRenewal(renewal.text, context)
        guard var filter = try? EventFilter(parsing: renewal.text, now: context.now, clock: context.settings.clock)
        else { return }
        filter.instanceIDs = window.filter.instanceIDs
        guard filter != window.filter else { return }
        window.renew(filter)
        invalidateCounts()
    }

    /// A page that is being read is still of the former times.
    var renewalDeadline: Timestamp? {
        filtering.isOn && window.isFollowing && window.load == nil ? filtering.renewal?.due : nil
    }
}

extension EventWindow {
    /// Goes on with other times of the same filter; with the next page what has left it goes.
    mutating func renew(_ filter: EventFilter) {
        self.filter = filter
        anchor = nil
        isRenewed = true
        invalidateTail()
    }
}
