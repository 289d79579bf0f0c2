import Domain

/// Records asked for by id, some at a time; what no row comes for is not there.
struct LookUp: Sendable {
    /// Keeps the address of the query well below what servers take.
    static let width = 400

    /// The records, each with the moment that its deletion would carry.
    private(set) var chunk: [DeleteLog.Entry]
    private var rest: ArraySlice<DeleteLog.Entry>
    private var found: Set<String> = []
    /// How many of the chunk were found when its question was last asked.
    private var foundBefore = 0
    /// The next page of the chunk's rows.
    private(set) var path: String?
    private var trail = PageTrail()
    private let width: Int

    init?(_ entries: some Collection<DeleteLog.Entry>, width: Int = width) {
        guard !entries.isEmpty else { return nil }
        self.width = max(width, 1)
        chunk = Array(entries.prefix(self.width))
        rest = Array(entries)[chunk.count...]
    }

    /// Asks for the chunk anew, whatever of it was found.
    mutating func beginAnew() {
        path = nil
        trail = PageTrail()
        found = []
        foundBefore = 0
    }

    /// The same chunk and all behind it, fewer at a time; nil where it is one already.
    var narrowed: LookUp? { chunk.count > 1 ? LookUp(chunk + rest, width: chunk.count / 2) : nil }

    mutating func find(_ recordID: String) { found.insert(recordID) }

    /// Takes a page's end: those of the chunk that are missing, once all its rows are here.
    mutating func missing(after page: QueryPage) -> [DeleteLog.Entry]? {
        if page.isDone { return open }
        // An answer that is cut short without a way on proves nothing.
        guard let next = page.nextPath else { return [] }
        path = next
        trail.accept(page)
        return nil
    }

    /// The next page would bring nothing either.
    var isEndless: Bool { path != nil && !trail.leadsOn }

    /// Those of the chunk that no row came for yet.
    var open: [DeleteLog.Entry] { found.isEmpty ? chunk : chunk.filter { !found.contains($0.recordID) } }

    /// Asks for the rest of the chunk, as its next page is lost; false if that page was the first one after no progress.
    mutating func resume() -> Bool {
        guard path != nil, found.count > foundBefore, !open.isEmpty else { return false }
        foundBefore = found.count
        path = nil
        trail = PageTrail()
        return true
    }

    /// The next chunk; nil when all are looked up.
    var next: LookUp? { LookUp(rest, width: width) }
}
