import Drawing

/// A question before something that can't be taken back; to leave all as it is is the default.
struct Confirmation: Overlay {
    /// A button, as the mouse hits it.
    private enum Part {
        case cancel
        case confirm
    }

    let title: String
    let text: String
    /// The word on the button that does it.
    let verb: String
    /// The word on the one that leaves all as it is.
    let refusal: String
    /// What is done after a yes.
    let consequence: [Effect]
    /// What is done after a no.
    let otherwise: [Effect]
    /// Whether the button that does it has the focus.
    private var isConfirming = false

    init(
        title: String,
        text: String,
        verb: String,
        refusal: String = "Cancel",
        consequence: [Effect],
        otherwise: [Effect] = []
    ) {
        self.title = title
        self.text = text
        self.verb = verb
        self.refusal = refusal
        self.consequence = consequence
        self.otherwise = otherwise
    }

    /// Whether a yes ends the dashboard.
    var isAboutQuitting: Bool {
        consequence.contains { if case .command(.quit) = $0 { true } else { false } }
    }

    func title(_ context: DashboardContext) -> String { title }

    func hints(_ context: DashboardContext) -> [Hint] {
        [
            .action(.confirm, verb.lowercased()), .action(.close, refusal.lowercased()),
            .action(.nextPane, "other button"),
        ]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.question] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .confirm: confirm(&effects)
        case .choose: if isConfirming { confirm(&effects) } else { refuse(&effects) }
        case .close, .refuse: refuse(&effects)
        case .nextPane, .previousPane, .lower, .raise: isConfirming.toggle()
        default: return false
        }
        return true
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let part = part as? Part else { return }
        if part == .confirm { confirm(&effects) } else { refuse(&effects) }
    }

    private func refuse(_ effects: inout Effects) {
        effects.close()
        effects.add(otherwise)
    }

    private func confirm(_ effects: inout Effects) {
        effects.close()
        effects.add(consequence)
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let width = min(rect.width - 2, 56)
        let lines = DisplayText(text).wrapped(to: width - 4)
        let inner = painter.window(Size(width: width, height: lines.count + 4), title: DisplayText(title))
        for (row, line) in lines.enumerated() {
            painter.canvas.draw(line, in: inner.row(row), style: Style(.text, on: .overlay))
        }
        var x = inner.x
        for (part, label) in [(Part.cancel, refusal), (.confirm, verb)] {
            let hasFocus = isConfirming == (part == .confirm)
            let mark = hasFocus ? painter.glyphs.marker : " "
            let text = mark + DisplayText(part == .confirm ? "[ \(label) ] y" : "[ \(label) ] n")
            let style: Style = hasFocus ? Style(.text, on: .selection) : Style(.dim, on: .overlay)
            let width = painter.canvas.draw(text, at: Point(x: x, y: inner.maxY - 1), style: style)
            painter.hit(Rect(x: x, y: inner.maxY - 1, width: width, height: 1), part: part)
            x += width + 3
        }
    }
}
