import Drawing

/// Rows of a text that may be longer than any screen, laid out one by one where they are seen.
protocol RowSource: Sendable {
    var count: Int { get }
    /// The lines of a row of the source, at least one, each of at most `width` columns.
    func lines(of row: Int, width: Int) -> [StyledText]
}

/// What stands in a row, as it is copied.
struct ReadField: Sendable, Hashable {
    /// `message.raw.Email`.
    let path: String
    let value: String
}

/// Rows that were laid out at one width: few, as each of them is kept.
struct LaidRows: RowSource {
    struct Row: Sendable {
        let lines: [StyledText]
        var field: ReadField?
        /// What folds and unfolds at this row.
        var fold: String?
        /// Whether that shows what it holds, but for whoever looks for something in it.
        var isUnfolded = false
    }

    private(set) var rows: [Row] = []

    var count: Int { rows.count }

    func lines(of row: Int, width: Int) -> [StyledText] { rows[row].lines }

    mutating func add(
        _ lines: [StyledText],
        field: ReadField? = nil,
        fold: String? = nil,
        isUnfolded: Bool = false
    ) {
        guard rows.count < DetailLimits.lines else { return }
        let lines = lines.isEmpty ? [StyledText()] : lines
        rows.append(Row(lines: lines, field: field, fold: fold, isUnfolded: isUnfolded))
    }

    mutating func add(
        _ line: StyledText,
        field: ReadField? = nil,
        fold: String? = nil,
        isUnfolded: Bool = false
    ) { add([line], field: field, fold: fold, isUnfolded: isUnfolded) }
}
