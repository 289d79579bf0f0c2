import Domain
import Drawing

extension Painter {
    /// Why something is wrong, and at its end, where they always show, the keys that help.
    mutating func drawBanner(in rect: Rect) {
        guard let banner = context.banner else { return }
        let style = Style(banner.role)
        let body = rect.inset(left: 3, right: 1)
        let ellipsis = glyphs.ellipsis
        hit(rect, action: .explain)
        canvas.draw(" " + banner.glyph, at: rect.origin, style: style)
        let reason = DisplayText(banner.sentence ?? "")
        var tail = context.bannerKeys(isCut: false)
        func width() -> Int { tail.reduce(0) { $0 + $1.words.width + 2 } }
        // Lines that break between words leave some room at their ends.
        let room = body.width * rect.height - (rect.height - 1) * 12 - width()
        if reason.width > room { tail = context.bannerKeys(isCut: true) }
        while width() > body.width, tail.count > 1 { tail.removeFirst() }
        let lastRoom = max(0, body.width - width())
        var lines = rect.height > 1 ? reason.wrapped(to: body.width, most: rect.height, mark: ellipsis) : [reason]
        if lines.count < rect.height { lines.append(.empty) }
        for (row, line) in lines.enumerated() {
            let columns = row == lines.count - 1 ? lastRoom : body.width
            canvas.draw(line.truncated(to: columns, mark: ellipsis), in: body.row(row), style: style)
        }
        var x = body.maxX - width() + 2
        for (words, action) in tail {
            let place = Rect(x: x, y: rect.maxY - 1, width: words.width, height: 1)
            canvas.draw(words, in: place)
            hit(place, action: action)
            x += words.width + 2
        }
    }
}
