import Drawing

extension Painter {
    /// The footer: what has the keys offers them here, the most useful first. `letters`: whether letters are keys now, rather
    /// than what a text takes; `help`: whether the key of help stands at the end, as it does but in the help.
    mutating func drawHints(_ hints: [Hint], in row: Rect, letters: Bool, help: Bool) {
        canvas.fill(row, style: Style(.text, on: .footer))
        var end = row.maxX - 1
        if help, let help = offer(.action(.help), letters: letters) {
            end -= help.text.width
            draw(help, at: Point(x: end, y: row.y))
            end -= 3
        }
        var x = row.x + 1
        for hint in hints {
            guard let offer = offer(hint, letters: letters) else { continue }
            guard x + offer.text.width <= end else { break }
            draw(offer, at: Point(x: x, y: row.y))
            x += offer.text.width + 2
        }
    }

    /// A hint as it is drawn, and what a click on it does.
    private struct Offer {
        let text: StyledText
        let effect: Effect
    }

    private mutating func draw(_ offer: Offer, at point: Point) {
        let width = canvas.draw(offer.text, at: point)
        hit(Rect(x: point.x, y: point.y, width: width, height: 1), .effect(offer.effect))
    }

    /// Nil for an action without keys, or whose keys are letters while a text takes those.
    private func offer(_ hint: Hint, letters: Bool) -> Offer? {
        guard let action = context.table[hint.action], let key = action.keys.first(where: { letters || !$0.isLetter })
        else { return nil }
        let isEnabled = obstacle(hint.action) == nil
        return Offer(text: text(key, hint.words ?? action.hint, isEnabled: isEnabled), effect: .perform(hint.action))
    }

    private func text(_ key: Key, _ words: String, isEnabled: Bool) -> StyledText {
        StyledText(key.label(glyphs), Style(isEnabled ? .key : .faint, on: .footer))
            + StyledText(" " + DisplayText(words), Style(isEnabled ? .text : .faint, on: .footer))
    }
}
