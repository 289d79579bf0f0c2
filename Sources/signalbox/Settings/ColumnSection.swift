import Domain
import Interface
import Primitives
import Yams

/// `columns:` of the configuration file: the columns of the list in their order, some with a width.
///
/// ```yaml
/// columns: [time, object, record: 40, callback]
/// ```
struct ColumnSection: Sendable, Hashable {
    static let name = "columns"

    /// Nil: the standard ones.
    private(set) var choice: ColumnChoice?

    /// None of one's own.
    init() {}

    /// - Throws: `UsageError` that names file and line, and the way out.
    init(_ node: Node, line: Int, path: String) throws(UsageError) {
        if node.null != nil { return }
        guard let sequence = node.sequence else {
            throw UsageError(
                "columns in line \(line) of \(path) takes a list, like [time, object, record: 40, callback]."
            )
        }
        var entries: [ColumnChoice.Entry] = []
        for node in sequence {
            let line = node.mark?.line ?? line
            let entry = try Self.entry(node, line: line, path: path)
            guard !entries.contains(where: { $0.column == entry.column }) else {
                throw UsageError(
                    "The column \(entry.column.rawValue) stands twice in line \(line) of \(path); keep one."
                )
            }
            entries.append(entry)
        }
        guard !entries.isEmpty else {
            throw UsageError("columns in line \(line) of \(path) names no column; leave it out for the standard ones.")
        }
        choice = ColumnChoice(entries)
    }

    private static func entry(_ node: Node, line: Int, path: String) throws(UsageError) -> ColumnChoice.Entry {
        var name = node.scalar?.string
        var width: Int?
        if let mapping = node.mapping, mapping.count == 1, let pair = mapping.first {
            name = pair.key.scalar?.string
            guard let number = pair.value.scalar.flatMap({ Int($0.string) }), ColumnChoice.widths.contains(number)
            else {
                let (least, most) = (ColumnChoice.widths.lowerBound, ColumnChoice.widths.upperBound)
                throw UsageError(
                    "The width of \(name?.prefix(40) ?? "a column") in line \(line) of \(path) is a number from \(least) to \(most)."
                )
            }
            width = number
        }
        let spelled = name ?? "?"
        guard let column = EventColumn(rawValue: spelled) else {
            let known = EventColumn.allCases.map(\.rawValue)
            let hint = NearWord.find(spelled, among: known, for: .hint).map { "did you mean \($0)?" }
            throw UsageError(
                "Unknown column “\(spelled.prefix(40))” in line \(line) of \(path); "
                    + (hint ?? "known are \(known.joined(separator: ", ")).")
            )
        }
        return ColumnChoice.Entry(column, width: width)
    }
}
