/// How far the backlog of an object is read.
package struct BackfillProgress: Sendable, Hashable {
    package let object: String
    package let rows: Int64
    /// About how many it is all together; nil where the org did not count.
    package let total: Int64?
    /// Calls of the org so far.
    package var calls: Int64 = 0
    /// While it was being read; nil before that is known.
    package var rowsPerSecond: Int64?
    package var secondsLeft: Int64?
    package var isPaused = false
    /// Why it does not go on just now; one sentence.
    package var problem: String?

    package init(object: String, rows: Int64, total: Int64?) {
        self.object = object
        self.rows = rows
        self.total = total
    }
}
