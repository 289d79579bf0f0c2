import Drawing
import Primitives

/// What is looked for in the tab that is shown, while anything is.
struct DetailFind: Sendable {
    /// A line of a node of JSON, whether that is in view or folded, or of a row.
    struct Hit: Sendable, Hashable, Comparable {
        let position: Int
        let line: Int

        static func < (left: Hit, right: Hit) -> Bool { (left.position, left.line) < (right.position, right.line) }
    }

    /// Places that are counted at most.
    static let most = 10_000

    var line = FindLine()
    /// Where the cursor was when the line was opened.
    let before: Int
    /// Where it stands, in order.
    private(set) var hits: [Hit] = []
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
            let lines = rows.content.lines(needle, at: position, width: rows.key.width)
            hits += lines.prefix(Self.most - hits.count).map { Hit(position: position, line: $0) }
            if hits.count == Self.most { break }
        }
        return true
    }

    /// The hit that the cursor was led to, if it is still at its position.
    func hit(at position: Int) -> Hit? { current.map { hits[$0] }.flatMap { $0.position == position ? $0 : nil } }

    /// The nearest hit from a position on, or behind it; beyond the last one the first again.
    mutating func next(from start: Hit, forward: Bool, orAt: Bool = false) -> Hit? {
        let found =
            forward
            ? hits.firstIndex { $0 > start || orAt && $0 == start } : hits.lastIndex { $0 < start }
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

    /// The lines of a position, at a width, in which what was found there begins.
    func lines(_ needle: FindNeedle, at position: Int, width: Int) -> [Int] {
        let lines: [String]
        switch self {
        case .tree(let tree):
            guard tree.mayWrap(node: position, width: width) else { return [0] }
            lines = tree.lines(ofNode: position, width: width).map(\.text.string)
        case .laid(let rows): lines = rows.rows[position].lines.map(\.text.string)
        case .raw: return [0]
        }
        guard lines.count > 1 else { return [0] }
        let found = lines.indices.filter { lines.shows(needle, at: $0) }
        guard found.isEmpty else { return found }
        // It is spelled otherwise on the screen, or stands behind what is shown of a text without end.
        return [lines.last?.hasSuffix("…") == true ? lines.count - 1 : 0]
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

extension [String] {
    /// Whether it begins in a line; it may go on in the next, at the break or behind a blank that the break has swallowed.
    fileprivate func shows(_ needle: FindNeedle, at line: Int) -> Bool {
        if needle.stands(in: self[line]) { return true }
        guard line + 1 < count, !needle.stands(in: self[line + 1]) else { return false }
        let next = self[line + 1].drop { $0 == " " }
        return needle.stands(in: self[line] + next) || needle.stands(in: self[line] + " " + next)
    }
}

extension JSONTree {
    /// Whether the lines of a node may be more than one; measured in bytes, which no text has fewer of than columns.
    fileprivate func mayWrap(node: Int, width: Int) -> Bool {
        let node = nodes[node]
        guard !node.isContainer else { return false }
        let name = if case .member(let name) = node.label { name.utf8.count } else { 0 }
        return node.depth * 2 + max(name, nameWidth) + node.value.text.utf8.count + 8 > width
    }

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
