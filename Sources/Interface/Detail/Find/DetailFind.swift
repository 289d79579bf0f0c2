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
        for position in 0..<rows.content.positionCount where rows.content.shows(needle, at: position) {
            hits.append(position)
            if hits.count == Self.most { break }
        }
        return true
    }

    /// The nearest hit from a position on, or behind it; beyond the last one the first again.
    mutating func next(from position: Int, forward: Bool, orAt: Bool = false) -> Int? {
        let found =
            forward
            ? hits.firstIndex { $0 > position || orAt && $0 == position } : hits.lastIndex { $0 < position }
        hasWrapped = found == nil
        current = found ?? (forward ? hits.indices.first : hits.indices.last)
        return current.map { hits[$0] }
    }

    /// `from the first again · 3 of 17 found`.
    func status(_ glyphs: Glyphs) -> StyledText {
        guard query != nil else { return StyledText() }
        guard !hits.isEmpty else { return StyledText("none found", .statusWarn) }
        let total = hits.count.grouped + (hits.count == Self.most ? "+" : "")
        let position = current.map { "\(($0 + 1).grouped) of " } ?? ""
        let count = StyledText(DisplayText("\(position)\(total) found"), .accent)
        guard hasWrapped, hits.count > 1 else { return count }
        let again: DisplayText = current == 0 ? "from the first again" : "from the last again"
        return StyledText(again, .statusInfo) + StyledText(" " + glyphs.separator + " ", .faint) + count
    }
}

extension DetailRows.Content {
    /// How many positions there are to look at: nodes of JSON, or rows.
    var positionCount: Int {
        switch self {
        case .tree(let tree): tree.nodes.count
        case .laid(let rows): rows.count
        case .raw(let raw): raw.count
        }
    }

    func shows(_ needle: FindNeedle, at position: Int) -> Bool {
        switch self {
        case .tree(let tree): tree.shows(needle, at: position)
        case .laid(let rows): needle.stands(in: rows.rows[position].lines.map(\.text.string).joined(separator: " "))
        case .raw(let raw): raw.shows(needle, at: position)
        }
    }

    /// The position that a row stands for.
    func position(ofRow row: Int) -> Int {
        guard case .tree(let tree) = self else { return row }
        return tree.rows.indices.contains(row) ? tree.rows[row].node : 0
    }
}

extension DetailRows.Content {
    /// The row in which a position is seen.
    func row(ofPosition position: Int) -> Int {
        guard case .tree(let tree) = self else { return position }
        return tree.row(of: position)
    }
}

extension OpenEvent {
    /// Unfolds what hides a position.
    mutating func reveal(_ position: Int) {
        guard case .tree(var tree)? = rows?.content, tree.nodes.indices.contains(position) else { return }
        tree.reveal(position)
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
