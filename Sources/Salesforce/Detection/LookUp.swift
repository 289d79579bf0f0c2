import Domain

/// Records asked for by id, some at a time; what no row comes for is not there.
struct LookUp: Sendable {
    /// Keeps the address of the query well below what servers take.
    static let width = 400

    /// The records, each with the moment that its deletion would carry.
    private(set) var chunk: [DeleteLog.Entry]
    private var rest: ArraySlice<DeleteLog.Entry>
    private var found: Set<String> = []
    /// The next page of the chunk's rows.
    private(set) var path: String?
    private let width: Int

    init?(_ entries: some Collection<DeleteLog.Entry>, width: Int = width) {
        guard !entries.isEmpty else { return nil }
        self.width = max(width, 1)
        chunk = Array(entries.prefix(self.width))
        rest = Array(entries)[chunk.count...]
    }

    /// Asks for the chunk anew: the locator of its further pages is dead.
    mutating func beginAnew() {
        path = nil
        found = []
    }

    /// The same, fewer at a time; nil where it is one already.
    var narrowed: LookUp? { chunk.count > 1 ? LookUp(chunk + rest, width: chunk.count / 2) : nil }

    mutating func find(_ recordID: String) { found.insert(recordID) }

    /// Takes a page's end: those of the chunk that are missing, once all its rows are here.
    mutating func missing(after page: QueryPage) -> [DeleteLog.Entry]? {
        if page.isDone { return chunk.filter { !found.contains($0.recordID) } }
        // An answer that is cut short without a way on proves nothing.
        guard let next = page.nextPath else { return [] }
        path = next
        return nil
    }

    /// The next chunk; nil when all are looked up.
    var next: LookUp? { LookUp(rest, width: width) }
}
