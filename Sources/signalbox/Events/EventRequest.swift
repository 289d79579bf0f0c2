import Domain
import Primitives

/// Which events a command asks the API for.
struct EventRequest: Sendable, Hashable {
    var filter: EventFilter
    let instance: InstanceID?

    /// The text of `--filter` with the instance that another option named; durations count back from `now` once and for
    /// all, so that each page means the same, and what names no zone is a time of the clock.
    init(option text: String?, instance: InstanceID?, now: Timestamp, clock: LocalClock) throws(UsageError) {
        do { filter = try EventFilter(parsing: text ?? "", now: now, clock: clock) } catch {
            throw UsageError("--filter: \(error)")
        }
        self.instance = instance
    }

    /// Where the API lists these events.
    var path: String { instance.map { "/instances/\($0)/events" } ?? "/instances/events" }

    /// The filter as the API's query takes it.
    var query: [(String, String)] {
        let text = filter.whole.description
        return text.isEmpty ? [] : [("filter", text)]
    }
}
