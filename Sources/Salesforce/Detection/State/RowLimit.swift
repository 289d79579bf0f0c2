/// How many rows one answer may bring, where the org would give more than it can hold.
///
/// Invariants: `brought` counts all pages of the current query and nothing else; within a poll the number of records that are
/// asked for by id never grows.
struct RowLimit: Sendable {
    /// What is asked for first where an answer was too large; no more than the org gives at the least where it may choose.
    private static let few: Int64 = 200

    /// The most rows of the current query; nil where it has no limit.
    private(set) var requested: Int?
    private var brought = 0
    /// How many records are asked for by id at once.
    private(set) var retrieveWidth = ObjectPoll.chunk
    /// An answer was larger than one may be.
    private(set) var wasExceeded = false

    init(_ rows: Int64?) {
        if let rows { retrieveWidth = min(ObjectPoll.chunk, Int(rows)) }
    }

    /// Begins a query.
    mutating func begin(_ rows: Int64?) {
        requested = rows.map { Int($0) }
        brought = 0
    }

    /// A page of the current query. The answer to a query with a limit says that it is the last where the limit is reached,
    /// as the org knows of no further rows that were asked for; what follows is asked for behind the last row.
    mutating func counted(_ page: QueryPage) -> QueryPage {
        brought += page.rows.count
        guard let requested, page.isDone, brought >= requested else { return page }
        var further = page
        further.isDone = false
        further.nextPath = nil
        return further
    }

    mutating func noteExceeded() { wasExceeded = true }

    /// How many rows to ask for instead; nil where it is one already.
    var fewer: Int64? {
        guard let requested else { return Self.few }
        return requested > 1 ? min(Self.few, Int64(requested / 2)) : nil
    }

    /// Asks for fewer records by id; false where it is one already.
    mutating func narrowRetrieval() -> Bool {
        guard retrieveWidth > 1 else { return false }
        retrieveWidth = max(1, retrieveWidth / 4)
        return true
    }
}
