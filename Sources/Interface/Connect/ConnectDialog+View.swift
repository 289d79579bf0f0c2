import Drawing
import EngineAPI

/// The lines of the Connect dialog at a size: the address gives way where room is short, and scrolls.
struct ConnectView: Sendable {
    let width: Int
    let head: [DisplayText]
    /// The address, cut to the width.
    let address: [DisplayText]
    let addressRows: Int
    let words: [DisplayText]
    let hasField: Bool
    let problem: [DisplayText]
    let hasGaps: Bool

    init(_ dialog: ConnectDialog, _ context: DashboardContext) {
        let screen = context.settings.size
        width = min(max(10, screen.width - 6), 88)
        let room = max(1, screen.height - 4)
        let columns = width
        func wrapped(_ text: String) -> [DisplayText] { text.isEmpty ? [] : DisplayText(text).wrapped(to: columns) }
        let url = dialog.authorization?.url
        hasField = url != nil
        let address = url.map(wrapped) ?? []
        // What is typed and why it was refused stay on every screen; then some of the address, what to do with it, and last
        // the explanation.
        let field = hasField ? 1 : 0
        problem =
            dialog.problem.map {
                DisplayText($0).wrapped(to: columns - 2, most: min(8, room - field), mark: context.glyphs.ellipsis)
            } ?? []
        var left = max(0, room - field - problem.count)
        func fitting(_ lines: [DisplayText]) -> [DisplayText] {
            guard lines.count + min(address.count, 2) <= left else { return [] }
            left -= lines.count
            return lines
        }
        self.address = address
        head = fitting(wrapped(Self.head(dialog)))
        words = fitting(wrapped(Self.words(dialog, context)))
        hasGaps = address.count + 3 <= left
        addressRows = min(address.count, left)
    }

    var height: Int {
        let gaps = hasGaps ? (address.isEmpty ? 0 : 2) + (hasField && !problem.isEmpty ? 1 : 0) : 0
        return head.count + addressRows + words.count + problem.count + (hasField ? 1 : 0) + gaps
    }

    private static func head(_ dialog: ConnectDialog) -> String {
        switch dialog.phase {
        case .beginning: "Making the address…"
        case .waiting, .checking: "Open this address in a browser and allow access:"
        case .applying: "The code has come; connecting to the org…"
        case .ended: ""
        }
    }

    private static func words(_ dialog: ConnectDialog, _ context: DashboardContext) -> String {
        switch dialog.phase {
        case .beginning, .applying: ""
        case .ended: "\(context.key(.submit)) begins again with a new address."
        case .checking: "Looking at what you pasted…"
        case .waiting(let authorization):
            "Waiting until \(context.shortClock(authorization.expires).string) for the browser to come back to "
                + "\(authorization.redirectURL). If that runs on another machine, paste the address that it ends on, or the code:"
        }
    }
}

extension ConnectDialog {
    func draw(in rect: Rect, _ painter: inout Painter) {
        let view = ConnectView(self, painter.context)
        let inner = painter.window(
            Size(width: view.width + 4, height: view.height + 2),
            title: DisplayText(title(painter.context)),
            footer: footer(painter.context)
        )
        var rest = inner
        draw(view.head, .text, &rest, &painter)
        if view.hasGaps, !view.address.isEmpty { _ = rest.cutTop(1) }
        paintAddress(view, &rest, &painter)
        if view.hasGaps, !view.address.isEmpty { _ = rest.cutTop(1) }
        if view.hasField {
            draw(view.words, .dim, &rest, &painter)
            paintReply(&rest, &painter)
            if view.hasGaps, !view.problem.isEmpty { _ = rest.cutTop(1) }
            paintProblem(view, &rest, &painter)
        } else {
            paintProblem(view, &rest, &painter)
            draw(view.words, .dim, &rest, &painter)
        }
    }

    private func draw(_ lines: [DisplayText], _ role: StyleRole, _ rest: inout Rect, _ painter: inout Painter) {
        for line in lines {
            let row = rest.cutTop(1)
            guard !row.isEmpty else { return }
            painter.canvas.draw(line, in: row, style: Style(role, on: .overlay))
        }
    }

    private func paintAddress(_ view: ConnectView, _ rest: inout Rect, _ painter: inout Painter) {
        guard let authorization, view.addressRows > 0 else { return }
        let box = rest.cutTop(view.addressRows)
        let first = min(scroll, max(0, view.address.count - view.addressRows))
        for (row, line) in view.address.dropFirst(first).prefix(view.addressRows).enumerated() {
            let place = box.row(row)
            painter.canvas.draw(line, in: place, style: Style(.link, on: .overlay))
            painter.link(Rect(x: place.x, y: place.y, width: line.width, height: 1), authorization.url)
        }
        painter.hit(box, part: Focus.address)
        painter.scrollbar(total: view.address.count, offset: first, beside: box)
    }

    private func paintReply(_ rest: inout Rect, _ painter: inout Painter) {
        let row = rest.cutTop(1)
        guard !row.isEmpty else { return }
        let isFocused = focus == .reply
        let mark = isFocused ? painter.glyphs.marker + " " : DisplayText("  ")
        painter.canvas.draw(mark, at: row.origin, style: Style(.borderFocus, on: .overlay))
        let box = row.inset(left: 2)
        let style: Style = isFocused ? .fieldFocus : .field
        painter.canvas.fill(box, style: style)
        // A code is as good as a password for a while.
        let window = reply.window(
            width: box.width,
            mark: painter.glyphs.ellipsis,
            masked: painter.glyphs.mask
        )
        painter.canvas.draw(window.text, at: box.origin, style: style)
        if reply.isEmpty {
            let words = DisplayText("paste here, then \(painter.context.key(.submit))")
            painter.canvas.draw(words, in: box.inset(left: 1), style: Style(.faint, on: style.role))
        }
        if isFocused {
            painter.cursor = painter.canvas.visible(box.origin.offset(x: min(window.cursor, box.width - 1)))
        }
        painter.hit(row, part: Focus.reply)
    }

    private func paintProblem(_ view: ConnectView, _ rest: inout Rect, _ painter: inout Painter) {
        for (index, line) in view.problem.enumerated() {
            let row = rest.cutTop(1)
            guard !row.isEmpty else { return }
            if index == 0 {
                painter.canvas.draw(painter.glyphs.failure, at: row.origin, style: Style(.statusFail, on: .overlay))
            }
            painter.canvas.draw(line, in: row.inset(left: 2), style: Style(.statusFail, on: .overlay))
        }
    }

    /// The keys of the dialog, as its border shows them.
    private func footer(_ context: DashboardContext) -> DisplayText {
        switch phase {
        case .waiting, .checking:
            if focus == .reply {
                return context.offers((.submit, "hands it in"), (.nextPane, "back"), (.close, "gives up"))
            }
            let way = [(ActionID.nextPane, "to paste"), (.close, "gives up")]
            return context.settings.canOpen
                ? context.offers((.copyAddress, "copy"), (.openAddress, "open"), way[0], way[1])
                : context.offers((.copyAddress, "copy"), way[0], way[1])
        case .ended: return context.offers((.submit, "again"), (.close, "closes"))
        case .beginning, .applying: return context.offers((.close, "closes"))
        }
    }
}
