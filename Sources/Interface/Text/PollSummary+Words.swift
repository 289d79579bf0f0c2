import Domain
package import EngineAPI
import Primitives

extension PollSummary {
    /// `2 created, 1 updated` or `nothing new`.
    package var sentence: String {
        let parts = [(result.created, "created"), (result.updated, "updated"), (result.deleted, "deleted")]
            .filter { $0.0 > 0 }
            .map { "\($0.0.grouped) \($0.1)" }
        return parts.isEmpty ? "nothing new" : parts.joined(separator: ", ")
    }
}
