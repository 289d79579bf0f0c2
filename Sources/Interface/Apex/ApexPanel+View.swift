import Domain
import Drawing
import EngineAPI
import Primitives

extension ApexPanel {
    /// What is in the org and what is wrong, above what can be done about it.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let width = min(84, rect.width - 2)
        let lines = Self.lines(width: width - 4, context)
        let rows = Self.rows.count
        let inner = painter.window(
            Size(width: width, height: lines.count + rows + 2),
            title: DisplayText("Apex of \(context.instance?.name ?? "")"),
            footer: painter.context.offers((.choose, "does it"), (.close, "closes"))
        )
        var rest = inner
        // The actions keep their place; of the text goes what there is no room for.
        let menu = rest.cutBottom(min(rows, max(1, inner.height - min(lines.count, 3))))
        for (row, line) in lines.prefix(rest.height).enumerated() {
            let isCut = row == rest.height - 1 && lines.count > rest.height
            let text = isCut ? line + StyledText(painter.glyphs.ellipsis, .dim) : line
            painter.canvas.draw(text.on(.overlay), in: rest.row(row))
        }
        let first = max(0, selection - menu.height + 1)
        for (row, id) in Self.rows.dropFirst(first).prefix(menu.height).enumerated() {
            draw(id, at: first + row, isSelected: first + row == selection, in: menu.row(row), &painter)
        }
    }

    private func draw(_ id: ActionID, at index: Int, isSelected: Bool, in row: Rect, _ painter: inout Painter) {
        guard let action = painter.context.table[id] else { return }
        let ground: StyleRole = isSelected ? .selection : .overlay
        painter.canvas.fill(row, style: Style(.text, on: ground))
        let mark = isSelected ? painter.glyphs.marker + " " : "  "
        let role: StyleRole = painter.obstacle(id) == nil ? .text : .faint
        painter.canvas.draw(mark + DisplayText(action.title), in: row, style: Style(role, on: ground))
        painter.hit(row, part: Row(index: index))
    }

    private static func lines(width: Int, _ context: DashboardContext) -> [StyledText] {
        guard let instance = context.instance else { return [] }
        let glyphs = context.glyphs
        let apex = context.apex
        func fact(_ name: String, _ value: String, _ role: StyleRole = .text) -> [StyledText] {
            DisplayText(value).wrapped(to: max(8, width - 12)).enumerated().map { index, line in
                StyledText(DisplayText(index == 0 ? name : "").fitted(to: 12), .dim) + StyledText(line, Style(role))
            }
        }
        var lines: [StyledText] = []
        guard let status = apex.status else {
            let text = apex.failure ?? "Looking…"
            lines += DisplayText(text).wrapped(to: width).map {
                StyledText($0, apex.failure == nil ? .dim : .statusFail)
            }
            return lines + [StyledText()]
        }
        if let deployed = status.deployed, deployed.isDeployed {
            lines += fact("in the org", Self.triggers(deployed.objects), .statusOK)
            if let at = deployed.deployedAt { lines += fact("deployed", context.fullClock(at).string) }
            if let url = deployed.receiverURL { lines += fact("posts to", url, .link) }
            if !deployed.underWay.isEmpty { lines += fact("perhaps", Self.triggers(deployed.underWay)) }
        } else if let deployed = status.deployed, deployed.mayBeDeployed {
            lines += fact("in the org", "perhaps " + Self.triggers(deployed.underWay))
            lines += fact("receiver", status.receiverURL, .link)
        } else {
            let isWebhooks = instance.configuration.eventType == .webhooks
            lines += fact(
                "in the org",
                isWebhooks ? "nothing was deployed from here" : "nothing; this instance polls",
                .dim
            )
            lines += fact("receiver", status.receiverURL, .link)
        }
        if let expires = status.previousSecretExpires {
            lines += fact("secret", "rotated; the former one is accepted until \(context.fullClock(expires).string)")
        }
        if let work = apex.running {
            let verb = work == .deploying ? "deploying" : "removing"
            lines += fact("now", "\(glyphs.partial.string) \(verb): \(status.progress ?? "Starting")", .statusInfo)
        } else if apex.isRotating {
            lines += fact("now", "\(glyphs.partial.string) rotating the secret", .statusInfo)
        } else if let trouble = status.trouble {
            lines += fact("trouble", "\(glyphs.degraded.string) \(trouble)", .statusWarn)
        }
        return lines + [StyledText()]
    }

    private static func triggers(_ objects: [String]) -> String { "triggers on " + objects.joined(separator: ", ") }
}
