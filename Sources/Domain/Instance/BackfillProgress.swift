/// How far the reading of all that exists has come.
package struct BackfillProgress: Sendable, Hashable {
    package let object: String
    package let rows: Int64
    /// Nil where the org did not count.
    package let total: Int64?

    package init(object: String, rows: Int64, total: Int64?) {
        self.object = object
        self.rows = rows
        self.total = total
    }
}
