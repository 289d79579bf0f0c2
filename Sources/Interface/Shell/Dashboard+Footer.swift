import Drawing

extension Dashboard {
    /// What has the keys offers them here, the most useful first. Over the panes `?` is always there.
    func paintFooter(_ row: Rect, _ painter: inout Painter) {
        painter.canvas.fill(row, style: Style(.text, on: .footer))
        let top = layers.last?.overlay
        let hints = top?.hints(painter.context) ?? focusedPane?.hints(painter.context) ?? []
        let isTyping = (top ?? focusedPane)?.acceptsLetter("a") == true
        var end = row.maxX - 1
        if top == nil, let help = offer(.action(.help), isTyping: isTyping, painter) {
            end -= help.text.width
            paint(help, at: Point(x: end, y: row.y), &painter)
            end -= 3
        }
        var x = row.x + 1
        for hint in hints {
            guard let offer = offer(hint, isTyping: isTyping, painter) else { continue }
            guard x + offer.text.width <= end else { break }
            paint(offer, at: Point(x: x, y: row.y), &painter)
            x += offer.text.width + 2
        }
    }

    /// A hint as it is drawn, and what a click on it does.
    private struct Offer {
        let text: StyledText
        let effect: Effect
    }

    private func paint(_ offer: Offer, at point: Point, _ painter: inout Painter) {
        let width = painter.canvas.draw(offer.text, at: point)
        painter.hit(Rect(x: point.x, y: point.y, width: width, height: 1), .effect(offer.effect))
    }

    /// Nil for an action without keys, or whose keys are letters while a text takes those.
    private func offer(_ hint: Hint, isTyping: Bool, _ painter: Painter) -> Offer? {
        guard let action = table[hint.action], let key = action.keys.first(where: { !(isTyping && $0.isLetter) }) else {
            return nil
        }
        let isEnabled = painter.obstacle(hint.action) == nil
        return Offer(text: text(key, hint.words ?? action.hint, isEnabled: isEnabled), effect: .perform(hint.action))
    }

    private func text(_ key: Key, _ words: String, isEnabled: Bool) -> StyledText {
        StyledText(key.label(settings.glyphs), Style(isEnabled ? .key : .faint, on: .footer))
            + StyledText(" " + DisplayText(words), Style(isEnabled ? .text : .faint, on: .footer))
    }
}
