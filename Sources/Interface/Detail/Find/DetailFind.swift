import Drawing
import Primitives

/// What is looked for in the tab that is shown, while anything is.
struct DetailFind: Sendable {
    /// Places that are counted at most.
    static let most = 10_000

    var line = FindLine()
    /// Where the cursor was when the line was opened.
    let before: Int
    /// Where it stands, in order: nodes of JSON, whether they are in view or folded, or rows.
    private(set) var hits: [Int] = []
    /// The one that the cursor was led to.
    private var current: Int?
    private var hasWrapped = false
    private var read: Read?

    private struct Read: Hashable {
        let query: FindQuery?
        let rows: DetailRows.Key
    }

    init(at cursor: Int) { before = cursor }

    var query: FindQuery? { line.query }

    /// Looks for what stands in the line, where that or the text is another one; false if it is the same as before.
    mutating func look(in rows: DetailRows) -> Bool {
        let read = Read(query: query, rows: rows.key)
        guard read != self.read else { return false }
        self.read = read
        (hits, current, hasWrapped) = ([], nil, false)
        guard let query else { return true }
        let needle = FindNeedle(query)
        for place in 0..<rows.content.placeCount where rows.content.shows(needle, at: place) {
            hits.append(place)
            if hits.count == Self.most { break }
        }
        return true
    }

    /// The nearest hit from a place on, or behind it; beyond the last one the first again.
    mutating func next(from place: Int, forward: Bool, orAt: Bool = false) -> Int? {
        let found =
            forward
            ? hits.firstIndex { $0 > place || orAt && $0 == place } : hits.lastIndex { $0 < place }
        hasWrapped = found == nil
        current = found ?? (forward ? hits.indices.first : hits.indices.last)
        return current.map { hits[$0] }
    }

    /// `from the first again · 3 of 17 found`.
    func status(_ glyphs: Glyphs) -> StyledText {
        guard query != nil else { return StyledText() }
        guard !hits.isEmpty else { return StyledText("none found", .statusWarn) }
        let total = hits.count.grouped + (hits.count == Self.most ? "+" : "")
        let place = current.map { "\(($0 + 1).grouped) of " } ?? ""
        let count = StyledText(DisplayText("\(place)\(total) found"), .accent)
        guard hasWrapped, hits.count > 1 else { return count }
        let again: DisplayText = current == 0 ? "from the first again" : "from the last again"
        return StyledText(again, .statusInfo) + StyledText(" " + glyphs.separator + " ", .faint) + count
    }
}

extension DetailRows.Content {
    /// How many places there are to look at: nodes of JSON, or rows.
    var placeCount: Int {
        switch self {
        case .tree(let tree): tree.nodes.count
        case .laid(let rows): rows.count
        case .raw(let raw): raw.count
        }
    }

    func shows(_ needle: FindNeedle, at place: Int) -> Bool {
        switch self {
        case .tree(let tree): tree.shows(needle, at: place)
        case .laid(let rows): needle.stands(in: rows.rows[place].lines.map(\.text.string).joined(separator: " "))
        case .raw(let raw): raw.shows(needle, at: place)
        }
    }

    /// The place that a row stands for.
    func place(ofRow row: Int) -> Int {
        guard case .tree(let tree) = self else { return row }
        return tree.rows.indices.contains(row) ? tree.rows[row].node : 0
    }
}

extension DetailRows.Content {
    /// The row in which a place is seen.
    func row(ofPlace place: Int) -> Int {
        guard case .tree(let tree) = self else { return place }
        return tree.row(of: place)
    }
}

extension OpenEvent {
    /// Unfolds what hides a place.
    mutating func reveal(_ place: Int) {
        guard case .tree(var tree)? = rows?.content, tree.nodes.indices.contains(place) else { return }
        tree.reveal(place)
        rows?.content = .tree(tree)
    }
}

extension JSONTree {
    /// In its name or its own value; what it holds is asked by itself.
    fileprivate func shows(_ needle: FindNeedle, at node: Int) -> Bool {
        let node = nodes[node]
        switch node.label {
        case .member(let name), .group(let name): if needle.stands(in: name) { return true }
        case .none, .element: break
        }
        guard !node.isContainer else { return false }
        return needle.stands(in: node.value.string ?? node.value.text)
    }
}

extension RawBytes {
    /// From the row on: what goes on in the next row is found in the one that it begins in.
    fileprivate func shows(_ needle: FindNeedle, at row: Int) -> Bool {
        guard let range = range(ofRow: row) else { return false }
        let end = min(bytes.count, range.upperBound + needle.overlap)
        return needle.stands(in: String(decoding: bytes[range.lowerBound..<end], as: UTF8.self))
    }
}
