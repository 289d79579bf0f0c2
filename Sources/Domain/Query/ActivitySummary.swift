package import Primitives

/// How many events of an instance were stored lately.
package struct ActivitySummary: Sendable, Hashable {
    /// Seconds that one slot lasts; slots begin at multiples of it.
    package static let slotSeconds: Int64 = 10

    /// Events stored before this moment are left out.
    package let since: Timestamp
    /// Events by the slot that they were stored in, named by its first second since 1970; slots without any are left out.
    package let events: [Int64: Int]

    package init(since: Timestamp, events: [Int64: Int]) {
        self.since = since
        self.events = events
    }
}

extension ActivitySummary {
    /// What a rate counts wherever it is shown: the last minute, to the slot, of which the running one is the last.
    package static func lastMinute(at now: Timestamp) -> Range<Timestamp> {
        let end = (now.seconds / slotSeconds + 1) * slotSeconds
        return Timestamp(seconds: end - 60)..<Timestamp(seconds: end)
    }

    /// Events of the slots that begin within a time.
    package func count(in time: Range<Timestamp>) -> Int {
        events.reduce(0) { sum, slot in
            time.contains(Timestamp(seconds: slot.key)) ? sum.adding(saturating: slot.value) : sum
        }
    }
}
