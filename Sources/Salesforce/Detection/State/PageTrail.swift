import Domain
import Primitives

/// The pages that one leads to the next, as far as it takes to see that they come to an end.
///
/// A row stands in one page of a query. A page that begins or ends with a row that another one began or ended with brings
/// nothing new, and so does one without rows: what it held is gone since. Of those there may be a few in a row, never many.
/// An org that gives other pages would be asked for ever, at one call of its daily allowance each.
struct PageTrail: Sendable {
    /// So many pages in a row may have lost all their rows between the query and their turn.
    static let mostEmpty = 3

    /// What a poll of such pages ends with.
    static let endless = SalesforceError(
        .transient,
        "The org gives pages of rows again and again that bring nothing new; it is asked anew at the next poll."
    )

    /// Whether a page that the last one names is worth a call.
    private(set) var leadsOn = true
    /// The records that pages began and ended with.
    private var edges: Set<String> = []
    private var emptyPages = 0

    /// Takes the next page of a query.
    mutating func accept(_ page: QueryPage) {
        let ends = [page.rows.first, page.rows.last].compactMap { $0?.identifier("Id") }
        guard !ends.isEmpty else {
            emptyPages += 1
            if emptyPages > Self.mostEmpty { leadsOn = false }
            return
        }
        emptyPages = 0
        if !edges.isDisjoint(with: ends) { leadsOn = false }
        edges.formUnion(ends)
    }

    /// Takes the first page of a query that was to go on behind `before`, and came to `last`.
    ///
    /// Of what was written since, rows may come once more, but with later stamps; among those of one stamp none does.
    mutating func accept(_ page: QueryPage, from before: ChangeQuery.Position?, to last: ChangeQuery.Position?) {
        guard let before, let last, last.stamp <= before.stamp else {
            self = PageTrail()
            return accept(page)
        }
        if last.stamp < before.stamp { leadsOn = false }
        accept(page)
    }
}
