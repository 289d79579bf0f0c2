import Domain

/// The events that a person has marked: one by one, or all that the list's filter finds.
///
/// Sequences tell them, never rows, so that marks stay where they are while the list moves. "All" is the filter itself, not a
/// list of its events: it costs nothing at a million of them, and what comes later and matches is among them.
struct EventMarks: Sendable, Hashable {
    /// What one list of events holds, in a filter and on the clipboard.
    static let most = 500

    struct Event: Sendable, Hashable {
        let eventID: String
        let recordID: String

        init(_ event: EventSummary) {
            eventID = event.eventID
            recordID = event.recordID
        }
    }

    /// All that a filter finds.
    struct Matching: Sendable, Hashable {
        /// As it was typed; empty: all events of the instance.
        let text: String
        let filter: EventFilter
    }

    struct Span: Sendable, Hashable {
        let from: Int64
        var to: Int64

        var sequences: ClosedRange<Int64> { min(from, to)...max(from, to) }
    }

    /// Nil: `events` are the marked ones. Else those that are not.
    private(set) var matching: Matching?
    private(set) var events: [Int64: Event] = [:]
    /// Where a range begins that has no end yet, and where the selection has led it.
    private(set) var range: Span?

    var isEmpty: Bool { matching == nil && events.isEmpty }

    /// Whether nothing was taken out of all that a filter finds.
    var isAll: Bool { matching != nil && events.isEmpty }

    func contains(_ sequence: Int64) -> Bool {
        if let range, range.sequences.contains(sequence) { return true }
        return (events[sequence] != nil) != (matching != nil)
    }

    /// How many there are; nil where it is not known how many the filter finds.
    func count(shown: Int64?) -> Int64? {
        let listed = Int64(events.count)
        return matching == nil ? listed : shown.map { max(0, $0 - listed) }
    }

    /// What finds exactly them, among the events of their instance.
    var filter: EventFilter {
        let listed = EventExpression.term(.events(Set(events.values.map(\.eventID))))
        guard let matching else {
            var filter = EventFilter()
            filter.expression = listed
            return filter
        }
        var filter = matching.filter
        filter.instanceIDs = []
        if !events.isEmpty { filter.expression = .every([filter.expression, .not(listed)]) }
        return filter
    }

    /// Marks an event, or takes its mark; false where there is no room for one more.
    mutating func toggle(_ event: EventSummary) -> Bool {
        guard events.removeValue(forKey: event.sequence) == nil else { return true }
        return add([event])
    }

    /// All of them or, where they are too many, none.
    mutating func mark(_ more: [EventSummary]) -> Bool {
        guard matching != nil else { return add(more) }
        for event in more { events[event.sequence] = nil }
        return true
    }

    private mutating func add(_ more: [EventSummary]) -> Bool {
        var all = events
        for event in more { all[event.sequence] = Event(event) }
        guard all.count <= Self.most else { return false }
        events = all
        return true
    }

    mutating func markAll(_ matching: Matching) {
        self = EventMarks()
        self.matching = matching
    }

    mutating func beginRange(at sequence: Int64) { range = Span(from: sequence, to: sequence) }
    mutating func leadRange(to sequence: Int64) { range?.to = sequence }
    mutating func endRange() { range = nil }
}
