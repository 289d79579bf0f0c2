package import Primitives

/// The records of an instance that change most, counted over the newest events of the store.
package struct BusyRecords: Sendable, Hashable {
    /// Records that are told of, at most.
    package static let most = 20
    /// Milliseconds that are looked back.
    package static let span: Int64 = 86_400_000
    /// Events of all instances that are looked at, at most, so that it costs the same however many there are.
    package static let lookedAt: Int64 = 16_384

    /// Those that changed more than once, the most events first.
    package var records: [BusyRecord] = []
    /// From when on events were counted; nil where there is no such record.
    package var since: Timestamp?

    package init() {}

    package init(records: [BusyRecord], since: Timestamp?) {
        self.records = records
        self.since = records.isEmpty ? nil : since
    }
}

/// One of them.
package struct BusyRecord: Sendable, Hashable {
    /// The newest event, without its delivery: it names the record and its object.
    package let newest: EventSummary
    package let events: Int

    package init(newest: EventSummary, events: Int) {
        self.newest = newest.with(nil)
        self.events = events
    }
}
