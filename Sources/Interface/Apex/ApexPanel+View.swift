import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// What is in the org and what is wrong, above what can be done about it.
    func paint(_ panel: ApexPanel, _ painter: inout Painter) {
        let width = min(84, settings.size.width - 2)
        let lines = apexLines(width: width - 4)
        let rows = ApexPanel.actions.count
        let inner = window(
            Size(width: width, height: lines.count + rows + 2),
            title: DisplayText("Apex of \(instance?.name ?? "")"),
            footer: "Enter does it · Esc closes",
            &painter
        )
        var rest = inner
        // The actions keep their place; of the text goes what there is no room for.
        let menu = rest.takeBottom(min(rows, max(1, inner.height - min(lines.count, 3))))
        for (row, line) in lines.prefix(rest.height).enumerated() {
            let isCut = row == rest.height - 1 && lines.count > rest.height
            let text = isCut ? line + StyledText(painter.glyphs.ellipsis, .dim) : line
            painter.canvas.draw(text.on(.overlay), in: rest.row(row))
        }
        let first = max(0, panel.selection - menu.height + 1)
        for (row, id) in ApexPanel.actions.dropFirst(first).prefix(menu.height).enumerated() {
            paint(id, at: first + row, isSelected: first + row == panel.selection, in: menu.row(row), &painter)
        }
    }

    private func paint(_ id: ActionID, at index: Int, isSelected: Bool, in row: Rect, _ painter: inout Painter) {
        guard let action = ActionTable[id] else { return }
        let ground: StyleRole = isSelected ? .selection : .overlay
        painter.canvas.fill(row, style: Style(.text, on: ground))
        let mark = isSelected ? painter.glyphs.marker + " " : "  "
        let role: StyleRole = obstacle(to: id) == nil ? .text : .faint
        painter.canvas.draw(mark + DisplayText(action.title), in: row, style: Style(role, on: ground))
        painter.hit(row, .apexRow(index))
    }

    private func apexLines(width: Int) -> [StyledText] {
        guard let instance else { return [] }
        let glyphs = settings.glyphs
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
            lines += fact("in the org", "triggers on " + deployed.objects.joined(separator: ", "), .statusOK)
            if let at = deployed.deployedAt { lines += fact("deployed", fullClock(at).string) }
            if let url = deployed.receiverURL { lines += fact("posts to", url, .link) }
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
            lines += fact("secret", "rotated; the one before is taken until \(fullClock(expires).string)")
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

    func paint(_ prompt: FolderPrompt, _ painter: inout Painter) {
        let width = min(72, settings.size.width - 2)
        let room = max(8, width - 4)
        let text: [DisplayText] = DisplayText(
            "A Salesforce DX project is written there: classes, triggers, remote site, manifest, and a README.md with the "
                + "steps for production. Its relay class holds the secret that signs webhooks."
        ).wrapped(to: room)
        let fault = prompt.fault.map { DisplayText(painter.glyphs.failure.string + " " + $0).wrapped(to: room) } ?? []
        let isRoomy = settings.size.height - 4 >= text.count + fault.count + 2
        let inner = window(
            Size(width: width, height: (isRoomy ? text.count + 1 : 0) + 1 + max(1, fault.count) + 2),
            title: "Export the Apex into a folder",
            footer: prompt.isWriting ? "Writing…" : "Enter writes · Esc leaves",
            &painter
        )
        var rest = inner
        if isRoomy {
            for line in text { painter.canvas.draw(line, in: rest.takeTop(1), style: Style(.dim, on: .overlay)) }
            _ = rest.takeTop(1)
        }
        let row = rest.takeTop(1)
        guard !row.isEmpty else { return }
        painter.canvas.draw("Folder", in: row, style: Style(.title, on: .overlay))
        let box = row.inset(left: 8)
        let style: Style = prompt.fault == nil ? .fieldFocus : .fieldInvalid
        painter.canvas.fill(box, style: style)
        let window = prompt.folder.window(width: box.width, mark: painter.glyphs.ellipsis)
        painter.canvas.draw(window.text, at: box.origin, style: style, width: box.width)
        painter.cursor = painter.canvas.position(of: box.origin.offset(x: window.cursor))
        for line in fault { painter.canvas.draw(line, in: rest.takeTop(1), style: Style(.statusFail, on: .overlay)) }
    }
}
