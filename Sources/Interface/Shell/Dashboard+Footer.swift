import Domain
import Drawing

extension State {
    /// The keys of the focused context, the most useful first; `?` is always there.
    func paintHints(_ row: Rect, _ painter: inout Painter) {
        painter.canvas.fill(row, style: Style(.text, on: .footer))
        guard let help = ActionTable[.help], let helpText = hint(help) else { return }
        let room = row.width - 2 - helpText.width
        var x = row.x + 1
        for id in hintIDs {
            guard let action = ActionTable[id], let text = hint(action) else { continue }
            guard x - row.x + text.width + 2 <= room else { break }
            let width = painter.canvas.draw(text, at: Point(x: x, y: row.y))
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), .action(id))
            x += width + 2
        }
        let place = Rect(x: row.maxX - helpText.width - 1, y: row.y, width: helpText.width, height: 1)
        painter.canvas.draw(helpText, in: place)
        painter.hit(place, .action(.help))
    }

    /// Nil for an action whose keys are letters while a text takes those.
    private func hint(_ action: Action) -> StyledText? {
        let takesLetters = focus == .form && form.focus.takesText && form.focus != .setting(.refreshInterval)
        guard let key = action.keys.first(where: { !(takesLetters && $0.isLetter) }) else { return nil }
        let isEnabled = obstacle(to: action.id) == nil
        let title =
            switch action.id {
            case .follow where events.isFollowing: "pause"
            case .applyDraft where form.instance == nil: "connect"
            default: action.hint
            }
        return StyledText(key.label(settings.glyphs), Style(isEnabled ? .key : .faint, on: .footer))
            + StyledText(" " + DisplayText(title), Style(isEnabled ? .text : .faint, on: .footer))
    }

    private var hintIDs: [ActionID] {
        switch focus {
        case .form: [.applyDraft, .discardDraft, .testCallback, .nextField, .pollNow, .palette]
        case .events:
            [
                .openDetail, .replay, .follow, .nextFailure, .copy, .focusForm, .pollNow, .palette, .replayMany,
                .switchInstance,
            ]
        case .detail: [.replay, .nextTab, .closeDetail, .copy, .nextFailure, .follow, .palette, .replayMany]
        }
    }
}

extension Key {
    /// Whether a text field would take the key as one of its letters.
    fileprivate var isLetter: Bool { if case .character = code { modifiers.isEmpty } else { false } }
}
