/// The open result sets behind `nextRecordsUrl`.
struct CursorStore: Sendable {
    /// A result whose rows were fixed when the query ran; their values are read page by page.
    struct Cursor: Sendable {
        let query: BoundQuery
        let columns: [BoundQuery.Column]
        let numbers: [Int]
        let includesDeleted: Bool
        let pageSize: Int
        let opened: Stamp
    }

    static let lifetime = 2 * 86_400
    private let capacity: Int
    private var cursors: [Int: Cursor] = [:]
    private var first = 1
    private var last = 0
    private var held = 0

    /// A store whose cursors may hold so many rows together.
    init(capacity: Int = 4_000_000) {
        self.capacity = capacity
    }

    /// Keeps a cursor and returns its locator; the oldest ones go when too much is held.
    mutating func open(_ cursor: Cursor) -> String {
        last += 1
        cursors[last] = cursor
        held += cursor.numbers.count
        while held > capacity, first < last {
            held -= cursors.removeValue(forKey: first)?.numbers.count ?? 0
            first += 1
        }
        return RecordID.make(prefix: "01g", number: last)
    }

    /// The cursor of a locator, or nil when it is unknown or has expired.
    func cursor(_ locator: String, now: Stamp) -> Cursor? {
        guard let number = RecordID.number(of: locator, prefix: "01g"), let cursor = cursors[number],
            now - cursor.opened <= Self.lifetime
        else { return nil }
        return cursor
    }

    /// Lets every locator expire.
    mutating func expireAll() {
        cursors.removeAll()
        held = 0
    }
}
