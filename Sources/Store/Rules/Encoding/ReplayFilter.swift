package import Domain
import Primitives

/// The filter of a bulk replay as a column, and what is read of a job whose filter can't be read any more.
package enum ReplayFilter {
    package static func text(_ job: ReplayJob) -> String { job.filter.json.text }

    /// Without its filter a job would send everything: it is over then, `fault` says why, and no other job suffers for it. One
    /// that had ended stays as it ended.
    package static func parse(
        _ column: String,
        state: String,
        of instance: InstanceID
    ) -> (filter: EventFilter, state: ReplayJob.State, fault: String?) {
        let state = ReplayJob.State(rawValue: state) ?? .paused
        let stored = (try? JSON(parsing: column)).flatMap { try? EventFilter(stored: $0) }
        var filter = stored ?? EventFilter()
        filter.instanceIDs = [instance]
        guard stored == nil, state.isOpen else { return (filter, state, nil) }
        return (filter, .cancelled, "its filter can't be read any more, so nothing more is sent: \(column.prefix(200))")
    }
}

extension ReplayJob.State {
    /// The words of the states in which a job still has something to do.
    package static let open = allCases.filter(\.isOpen).map(\.rawValue)
}
