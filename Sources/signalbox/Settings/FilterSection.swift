import Domain
import Interface
import Primitives
import Yams

/// `filters:` of the configuration file: names with the filters that they stand for.
///
/// ```yaml
/// filters:
///   lost leads: object:Lead state:dead
/// ```
struct FilterSection: Sendable, Hashable {
    static let name = "filters"
    private static let most = 200

    private(set) var filters: [SavedFilter] = []

    /// None.
    init() {}

    /// - Throws: `UsageError` that names file and line, and the way out.
    init(_ node: Node, line: Int, path: String) throws(UsageError) {
        if node.null != nil { return }
        guard let mapping = node.mapping else {
            throw UsageError(
                "filters in line \(line) of \(path) maps names to filters; write “lost leads: object:Lead state:dead” in a "
                    + "line of its own below it."
            )
        }
        guard mapping.count <= Self.most else {
            throw UsageError("filters in line \(line) of \(path) has more than \(Self.most) filters; take some out.")
        }
        for (name, value) in mapping {
            let line = name.mark?.line ?? line
            let spelled = name.scalar?.string.trimmed ?? ""
            guard let text = value.scalar?.string.trimmed, value.null == nil else {
                throw UsageError(
                    "The filter “\(spelled.prefix(60))” in line \(line) of \(path) is one text; write “\(spelled.prefix(60)): state:dead”."
                )
            }
            let filter = SavedFilter(name: spelled, text: text, isFixed: true)
            // Of a duration like `since:2h` only the form matters here.
            if let fault = filter.fault(at: Timestamp.now(), clock: LocalTime.clock) {
                throw UsageError(
                    "The filter “\(spelled.prefix(60))” in line \(line) of \(path) can't be used. \(fault)"
                )
            }
            filters.append(filter)
        }
    }
}
