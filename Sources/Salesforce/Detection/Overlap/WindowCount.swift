import Domain
package import Primitives

/// What the org counted in a window.
package struct WindowCount: Sendable, Hashable {
    package let records: Int
    package let first: Timestamp?
    package let last: Timestamp?

    package init(records: Int, first: Timestamp?, last: Timestamp?) {
        self.records = records
        self.first = first
        self.last = last
    }

    /// Reads the row of `ChangeQuery.counting`.
    ///
    /// - Throws: Where it can't be the answer to that question.
    init(_ page: QueryPage, of window: StampWindow) throws(SalesforceError) {
        guard page.rows.count == 1, let row = page.rows.first,
            let count = row["expr0"].flatMap({ PlausibleCount.parse($0) })
        else { throw Self.nonsense }
        records = count
        first = row.timestamp("expr1")
        last = row.timestamp("expr2")
        guard count > 0 else { return }
        guard let first, let last, first <= last, window.contains(first), window.contains(last) else {
            throw Self.nonsense
        }
    }

    private static let nonsense = SalesforceError(
        .refused,
        "The org's count of rows can't be right, so they are read instead."
    )
}
