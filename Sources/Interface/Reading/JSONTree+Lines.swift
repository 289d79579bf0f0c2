import Drawing
import Primitives

extension JSONTree: RowSource {
    /// One more than the rows where not all of it is laid out.
    var count: Int { rows.count + (isCut ? 1 : 0) }

    func lines(of row: Int, width: Int) -> [StyledText] {
        guard row < rows.count else {
            return [StyledText("… the rest is too long to show here; Raw has all of it", .statusWarn)]
        }
        return lines(at: rows[row], width: width)
    }

    /// The lines of a value as its row has them, wherever that is.
    func lines(ofNode node: Int, width: Int) -> [StyledText] { lines(at: Row(node: node), width: width) }

    private func lines(at row: Row, width: Int) -> [StyledText] {
        let node = nodes[row.node]
        let indent = DisplayText.spaces(min(node.depth * 2, width / 2))
        var line = StyledText(indent)
        switch notation {
        case .json: write(node, row, to: &line)
        case .fields: writeField(node, row, to: &line)
        }
        let hanging = notation == .fields && node.depth == 0 ? 2 + nameWidth + 2 : indent.width + 4
        return line.wrapped(to: width, indent: hanging)
    }

    private func write(_ node: Node, _ row: Row, to line: inout StyledText) {
        let comma: DisplayText = node.isLast ? "" : ","
        let brackets: (DisplayText, DisplayText) = node.value.array == nil ? ("{", "}") : ("[", "]")
        if row.isEnd {
            line.append("  " + brackets.1 + comma, .dim)
            return
        }
        line.append(mark(node, row), .accent)
        if case .member(let name) = node.label {
            line.append(DisplayText(JSON.string(name).text, limit: DetailLimits.columns), Style(.syntaxKey))
            line.append(": ", .dim)
        }
        guard node.isContainer else {
            line.append(DisplayText(node.value.text, limit: DetailLimits.text), Style(Self.role(of: node.value)))
            line.append(comma, .dim)
            return
        }
        guard folded.contains(row.node) else { return line.append(brackets.0, .dim) }
        line.append(brackets.0 + "…" + brackets.1 + comma, .dim)
        line.append(" " + Self.size(of: node), .faint)
    }

    private func writeField(_ node: Node, _ row: Row, to line: inout StyledText) {
        line.append(mark(node, row), .accent)
        var name: DisplayText = .empty
        switch node.label {
        case .group(let title): return line.append(DisplayText(title), .dim)
        case .member(let text): name = DisplayText(text, limit: DetailLimits.columns)
        case .element(let number): name = DisplayText("[\(number)]")
        case .none: break
        }
        let room = node.depth == 0 ? nameWidth : 0
        line.append(name.width < room ? name.fitted(to: room) : name, Style(.syntaxKey))
        line.append("  ")
        guard node.isContainer else {
            let value = node.value
            if value == .null { return line.append("—", .faint) }
            let text =
                value.string.map { $0.isEmpty ? "\"\"" : DisplayText($0, limit: DetailLimits.text) }
                ?? DisplayText(value.text)
            return line.append(text, value.string == nil ? Style(Self.role(of: value)) : .text)
        }
        if folded.contains(row.node) { line.append(Self.size(of: node), .faint) }
    }

    private func mark(_ node: Node, _ row: Row) -> DisplayText {
        guard node.isContainer else { return "  " }
        return (folded.contains(row.node) ? glyphs.folded : glyphs.unfolded) + " "
    }

    private static func size(of node: Node) -> DisplayText {
        DisplayText(Words.count(node.children, node.value.array == nil ? "member" : "element"))
    }

    private static func role(of value: JSON) -> StyleRole {
        switch value {
        case .string: .syntaxString
        case .number: .syntaxNumber
        case .null, .bool: .syntaxLiteral
        case .array, .object: .dim
        }
    }
}
