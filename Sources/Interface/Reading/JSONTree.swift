import Domain
import Drawing
import Primitives

/// A JSON value as rows that fold, laid out one by one; numbers and texts stay as they were spelled.
struct JSONTree: Sendable {
    enum Notation: Sendable {
        /// With brackets and quotation marks.
        case json
        /// A record's fields in columns: those that every write moves, and those without a value, stand folded at the end.
        case fields
    }

    /// A value, or what groups some of them.
    struct Node: Sendable {
        enum Label: Sendable, Hashable {
            case none
            case member(String)
            case element(Int)
            case group(String)
        }

        let label: Label
        /// `null` for a group.
        let value: JSON
        let depth: Int
        /// Its container; -1 for what stands at the top.
        let parent: Int
        /// Behind the last of what is in it.
        var end: Int
        /// How many it holds itself.
        var children: Int
        /// Whether nothing follows in its container.
        let isLast: Bool

        var isContainer: Bool { children > 0 }
        var isGroup: Bool { if case .group = label { true } else { false } }
    }

    struct Row: Sendable, Hashable {
        let node: Int
        /// Its closing bracket.
        var isEnd = false
    }

    /// What is laid out at most; that there is more is said.
    static let mostNodes = 200_000

    let notation: Notation
    let glyphs: Glyphs
    private(set) var nodes: [Node] = []
    private(set) var isCut = false
    private(set) var folded: Set<Int> = []
    /// Those that are not hidden in a folded one.
    private(set) var rows: [Row] = []
    /// Columns of the names at the top of a record.
    private(set) var nameWidth = 0

    init(_ value: JSON, _ notation: Notation, glyphs: Glyphs) {
        (self.notation, self.glyphs) = (notation, glyphs)
        switch (notation, value) {
        case (.fields, .object(let members)): addFields(members)
        default: add(value, .none, depth: 0, parent: -1, isLast: true)
        }
        unfoldRows()
    }

    // MARK: Building

    private mutating func add(_ value: JSON, _ label: Node.Label, depth: Int, parent: Int, isLast: Bool) {
        guard nodes.count < Self.mostNodes else { return isCut = true }
        let children = value.members?.count ?? value.array?.count ?? 0
        let index = open(label, value, depth: depth, parent: parent, children: children, isLast: isLast)
        for (number, member) in (value.members ?? []).enumerated() {
            add(
                member.value,
                .member(member.name),
                depth: depth + 1,
                parent: index,
                isLast: number == children - 1
            )
        }
        for (number, element) in (value.array ?? []).enumerated() {
            add(element, .element(number), depth: depth + 1, parent: index, isLast: number == children - 1)
        }
        nodes[index].end = nodes.count
    }

    private mutating func open(
        _ label: Node.Label,
        _ value: JSON,
        depth: Int,
        parent: Int,
        children: Int,
        isLast: Bool
    ) -> Int {
        nodes.append(
            Node(
                label: label,
                value: value,
                depth: depth,
                parent: parent,
                end: nodes.count + 1,
                children: children,
                isLast: isLast
            )
        )
        return nodes.count - 1
    }

    private mutating func addFields(_ members: [JSON.Member]) {
        var (own, audit, empty): ([JSON.Member], [JSON.Member], [JSON.Member]) = ([], [], [])
        for member in members {
            if RecordFields.auditNames.contains(member.name) || member.name == "attributes" {
                audit.append(member)
            } else if member.value == .null {
                empty.append(member)
            } else {
                own.append(member)
            }
        }
        let longest = own.map { DisplayText($0.name, limit: DetailLimits.nameColumns).width }.max() ?? 0
        nameWidth = min(DetailLimits.nameColumns, longest)
        for member in own { add(member.value, .member(member.name), depth: 0, parent: -1, isLast: false) }
        addGroup(Words.count(empty.count, "empty field"), empty)
        addGroup(Words.count(audit.count, "audit field"), audit)
    }

    private mutating func addGroup(_ title: String, _ members: [JSON.Member]) {
        guard !members.isEmpty else { return }
        let index = open(.group(title), .null, depth: 0, parent: -1, children: members.count, isLast: false)
        for member in members { add(member.value, .member(member.name), depth: 1, parent: index, isLast: false) }
        nodes[index].end = nodes.count
        folded.insert(index)
    }

    // MARK: Folding

    /// Folds or unfolds what a row stands for; false where it holds nothing.
    mutating func toggle(row: Int) -> Bool {
        guard rows.indices.contains(row), nodes[rows[row].node].isContainer else { return false }
        folded.formSymmetricDifference([rows[row].node])
        unfoldRows()
        return true
    }

    /// Folds all that holds something, but what holds everything; or unfolds all.
    mutating func fold(all: Bool) {
        let top = notation == .json ? 1 : 0
        folded = all ? Set(nodes.indices.filter { nodes[$0].isContainer && nodes[$0].depth >= top }) : []
        unfoldRows()
    }

    /// Unfolds whatever hides a node.
    mutating func reveal(_ node: Int) {
        var parent = nodes[node].parent
        var isHidden = false
        while parent >= 0 {
            isHidden = folded.remove(parent) != nil || isHidden
            parent = nodes[parent].parent
        }
        if isHidden { unfoldRows() }
    }

    /// The row of a node, or of the folded one that hides it.
    func row(of node: Int) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            // A closing bracket stands behind all that is in its container.
            let place = rows[middle].isEnd ? nodes[rows[middle].node].end : rows[middle].node
            if place <= node { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    private mutating func unfoldRows() {
        rows.removeAll(keepingCapacity: true)
        var open: [Int] = []
        var index = 0
        while index < nodes.count || !open.isEmpty {
            if let last = open.last, nodes[last].end <= index {
                open.removeLast()
                if notation == .json { rows.append(Row(node: last, isEnd: true)) }
                continue
            }
            rows.append(Row(node: index))
            if nodes[index].isContainer, !folded.contains(index) {
                open.append(index)
                index += 1
            } else {
                index = nodes[index].end
            }
        }
    }

    // MARK: Paths

    /// Where a node stands: `message.raw.Account[0].Email`.
    func path(of node: Int) -> String {
        var steps: [Node.Label] = []
        var index = node
        while index >= 0 {
            steps.append(nodes[index].label)
            index = nodes[index].parent
        }
        var path = ""
        for step in steps.reversed() {
            switch step {
            case .none, .group: continue
            case .element(let number): path += "[\(number)]"
            case .member(let name) where name.isPlainName: path += path.isEmpty ? name : "." + name
            case .member(let name): path += "[" + JSON.string(name).text + "]"
            }
        }
        return path
    }

    /// What a row stands for; nil for all of it and for what only groups.
    func field(of row: Int) -> ReadField? {
        guard rows.indices.contains(row) else { return nil }
        let node = nodes[rows[row].node]
        guard !node.isGroup else { return nil }
        let path = path(of: rows[row].node)
        return path.isEmpty ? nil : ReadField(path: path, value: node.value.string ?? node.value.text)
    }
}

extension String {
    /// Whether it needs no quotation marks in a path.
    fileprivate var isPlainName: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
                default: false
                }
            }
    }
}

extension RecordFields {
    /// Fields that say who wrote a record and when, and nothing of what it holds.
    static let auditNames: Set<String> = bookkeepingNames.union([
        "CreatedDate", "CreatedById", "CreatedBy", "LastViewedDate", "LastReferencedDate",
    ])
}
