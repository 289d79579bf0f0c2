import Domain
import Drawing
import EngineAPI

extension OverviewFigures {
    /// Milliseconds without a sign of life from which a node is in doubt: it gives one every five seconds.
    private static let doubt: Int64 = 10_000

    /// The nodes that share the store, each with what it works for.
    var nodes: [StyledText] {
        guard !all.nodes.isEmpty else { return [] }
        return [heading("Nodes", StyledText(DisplayText("share this store"), .dim))] + all.nodes.flatMap(lines)
    }

    private func lines(_ node: NodeFigures) -> [StyledText] {
        let isHeard = node.sinceSign.map { $0 < Self.doubt } ?? false
        let glyph = isHeard ? context.glyphs.success : context.glyphs.failure
        var line = StyledText(glyph + " ", Style(isHeard ? .statusOK : .statusWarn))
        line.append(DisplayText(node.name, limit: 60), .text)
        line.append(DisplayText(" \(node.version)", limit: 60), .dim)
        if node.isAsked { line.append(" (this node)", .dim) }
        let sign = node.sinceSign.map { "heard of \(Words.duration($0 / 1000)) ago" } ?? "not heard of"
        line.append(DisplayText(", " + sign), Style(isHeard ? .dim : .statusWarn))
        var held = StyledText("  ")
        if node.instances.isEmpty { held.append("works for no instance", .faint) }
        for (index, id) in node.instances.enumerated() {
            if index > 0 { held.append(", ", .dim) }
            let name = context.instances.list?.first { $0.id == id }?.name ?? "instance \(id)"
            held.append(DisplayText(name, limit: 100), Style(id == instance.id ? .title : .text))
        }
        return [line, held].map { $0.truncated(to: width, mark: context.glyphs.ellipsis) }
    }
}
