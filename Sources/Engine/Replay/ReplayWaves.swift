import Domain
import Store

/// Parts of a batch that may go out side by side: no two of one wave carry the same record, and each record's
/// notifications lie in waves in the order of their sequences.
enum ReplayWaves {
    /// `records` gives the records that a notification carries; without them the event's own counts.
    static func make(_ events: [EventSummary], records: [Int64: Set<String>]) -> [[EventSummary]] {
        var waves: [[EventSummary]] = []
        var next: [String: Int] = [:]
        for event in events {
            let own = event.delivery.flatMap { records[$0.notificationID] } ?? [event.recordID]
            let index = own.map { next[$0] ?? 0 }.max() ?? 0
            if index == waves.count { waves.append([]) }
            waves[index].append(event)
            for record in own { next[record] = index + 1 }
        }
        return waves
    }
}
