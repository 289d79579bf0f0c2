import Domain
import Primitives

extension EventQuery {
    /// The words of `--filter` with the instance that another option named.
    init(option text: String?, instance: InstanceID?, now: Timestamp) throws(UsageError) {
        do { try self.init(parsing: text ?? "", now: now) } catch { throw UsageError("--filter: \(error)") }
        if let instance { self.instance = instance }
    }

    /// Where the API lists these events.
    var path: String { instance.map { "/instances/\($0)/events" } ?? "/instances/events" }

    /// The filter as the API's query takes it.
    var query: [(String, String)] {
        var items: [(String, String)] = []
        func list(_ name: String, _ values: [String]) {
            if !values.isEmpty { items.append((name, values.sorted().joined(separator: ","))) }
        }
        list("objects", Array(filter.objects))
        list("eventTypes", filter.changes.map(\.rawValue))
        list("status", filter.states.map(\.rawValue))
        list("replay", filter.replays.map(\.rawValue))
        list("replayNot", filter.excludedReplays.map(\.rawValue))
        if let id = filter.recordID { items.append(("objectId", id)) }
        if let text = filter.text { items.append(("searchText", text)) }
        if let from = filter.from { items.append(("from", from.isoMilliseconds)) }
        if let to = filter.to { items.append(("to", to.isoMilliseconds)) }
        return items
    }
}
