import Domain

/// Known ids that a sweep holds against the org at a time.
///
/// Invariant: `missing` are among `ids`, and of the records that were looked up by now all that have no row.
struct SweepChunk: Sendable {
    let ids: [String]
    /// Of the chunks of this poll, from 1 on.
    let number: Int
    /// What is neither among the live nor among the deleted rows.
    var missing: [DeleteLog.Entry] = []

    init(_ ids: [String], behind chunks: Int) {
        self.ids = ids
        number = chunks + 1
    }
}
