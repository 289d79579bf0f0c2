package import Primitives

/// Events in the order of a page, and how far they were looked for.
package struct EventPage: Sendable, Hashable {
    /// Where looking for events was broken off.
    package struct Reach: Sendable, Hashable {
        /// All that the filter finds on the way to this sequence is in the page; the next one goes on behind it.
        package let sequence: Int64
        /// When the event that was looked at last was stored; nil where it is not known.
        package let moment: Timestamp?
        /// The newest sequence that there was.
        package let newest: Int64

        package init(sequence: Int64, moment: Timestamp?, newest: Int64) {
            self.sequence = sequence
            self.moment = moment
            self.newest = newest
        }
    }

    package let events: [EventSummary]
    /// Nil where the page is full, or there are no more.
    package let reach: Reach?

    package init(_ events: [EventSummary], reach: Reach? = nil) {
        self.events = events
        self.reach = reach
    }

    package func map(events body: (EventSummary) -> EventSummary) -> EventPage {
        EventPage(events.map(body), reach: reach)
    }
}

extension EventPage: RandomAccessCollection, ExpressibleByArrayLiteral {
    package init(arrayLiteral events: EventSummary...) { self.init(events) }

    package var startIndex: Int { events.startIndex }
    package var endIndex: Int { events.endIndex }
    package subscript(position: Int) -> EventSummary { events[position] }
}
