import Domain
import EngineAPI
import Primitives

/// What the list of an instance showed when another one took the screen: it is the same when that comes back, as long as the
/// dashboard is open.
struct KeptView: Sendable, Hashable {
    /// Instances of which it is known; the one that was left longest ago gives way.
    static let most = 100

    let instance: InstanceID
    /// The filter as it was typed; empty: all events.
    let filter: String
    /// The selected event; nil where the list followed.
    let selected: Int64?
}

extension EventsPane {
    /// Keeps what the list shows of the instance that leaves the screen.
    mutating func keepView() {
        guard window.filter.instanceIDs.count == 1, let instance = window.filter.instanceIDs.first else { return }
        // What is being typed was not decided on.
        let filter = filtering.line == nil ? filtering.text : filtering.before?.text ?? ""
        kept.removeAll { $0.instance == instance }
        kept.append(
            KeptView(instance: instance, filter: filter, selected: window.isFollowing ? nil : window.selected)
        )
        if kept.count > KeptView.most { kept.removeFirst() }
    }

    /// Shows again what the list of an instance showed last; times in the filter are those of now.
    mutating func restoreView(of instance: InstanceID, _ context: DashboardContext) {
        guard let index = kept.firstIndex(where: { $0.instance == instance }) else { return }
        let view = kept.remove(at: index)
        if !view.filter.isEmpty {
            guard
                var filter = try? EventFilter(parsing: view.filter, now: context.now, clock: context.settings.clock)
            else { return }
            filter.instanceIDs = [instance]
            window.reset(filter)
            filtering.turn(to: view.filter)
        }
        guard let selected = view.selected else { return }
        window.isFollowing = false
        window.want(.around(selected))
    }
}
