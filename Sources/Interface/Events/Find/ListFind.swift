import Domain
import Drawing
import Primitives

/// What is looked for in the list, while anything is.
struct ListFind: Sendable {
    var line = FindLine()
    /// What the list was before the line was opened; Esc goes back to it while one types.
    let before: EventWindow
    /// What the text says of rows; nil: none can show it.
    private(set) var rows: EventExpression?
    /// Where those rows are in the history.
    var hits: HistogramLoad
    /// How one came to the row: `from the first again`.
    var note: String?

    /// The numbers of its questions begin after `token`.
    init(over window: EventWindow, after token: Int) {
        before = window
        hits = HistogramLoad(.hits, pause: 2000, after: token)
    }

    var target: RowSearch.Target? { rows.map { .hit($0) } }

    /// Takes over what stands in the line; false if rows are looked for by the same as before.
    mutating func read(_ known: FilterOffers.Known) -> Bool {
        let new = line.query?.rows(known)
        guard new != rows else { return false }
        rows = new
        note = nil
        hits.reset()
        return true
    }

    /// The search in the history that the list shows; nil where nothing is looked for.
    func request(_ filter: EventFilter) -> HistogramRequest? {
        guard let rows else { return nil }
        var filter = filter
        filter.expression = .every([filter.expression, rows])
        return HistogramRequest(filter, .sequences(cut: nil), bins: HistogramLoad.bins)
    }

    /// `7 found`, and how one came to this one.
    func status(_ glyphs: Glyphs) -> StyledText {
        guard line.query != nil else { return StyledText() }
        let count: StyledText
        if rows == nil || hits.value?.total == 0 && hits.value?.isCut == false {
            count = StyledText("none found", .statusWarn)
        } else if let total = hits.value?.total {
            count = StyledText(
                DisplayText((hits.value?.isCut == true ? "over " : "") + "\(total.grouped) found"),
                .accent
            )
        } else {
            count = StyledText("counting", .dim)
        }
        guard let note else { return count }
        return StyledText(DisplayText(note), .statusInfo) + StyledText(" " + glyphs.separator + " ", .faint) + count
    }
}
