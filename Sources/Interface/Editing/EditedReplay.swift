import Domain
import Drawing
import EngineAPI

/// What a person has changed of a notification, shown before it is sent.
struct EditedReplay: Overlay {
    let event: EventSummary
    let body: EditedBody
    private let lines: [StyledText]
    private var text = ScrolledText()

    init(_ event: EventSummary, _ body: EditedBody) {
        self.event = event
        self.body = body
        lines = body.difference.map { line in
            switch line {
            case nil: StyledText("  …", .faint)
            case .same(let text)?: StyledText("  " + DisplayText(text, limit: 400), .dim)
            case .removed(let text)?: StyledText("- " + DisplayText(text, limit: 400), .statusFail)
            case .added(let text)?: StyledText("+ " + DisplayText(text, limit: 400), .statusOK)
            }
        }
    }

    func title(_ context: DashboardContext) -> String { "Replay with these changes" }

    func hints(_ context: DashboardContext) -> [Hint] { [.action(.confirm, "send"), .action(.close, "send nothing")] }

    /// It is read, and asks: Enter, which may have been meant for the editor, answers nothing.
    func contexts(_ context: DashboardContext) -> [ActionContext] { [.reading, .question] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .confirm:
            effects.close()
            effects.post(ReplayWanted(event: event, options: ReplayOptions(notification: body.bytes)))
        case .submit:
            effects.say(.info, "\(context.key(.confirm)) sends it; \(context.key(.close)) sends nothing.")
        case .close, .refuse:
            effects.close()
            effects.say(.info, "Nothing was sent; \(context.key(.editAndReplay)) goes on with your text.")
        default: return text.perform(action, lines: lines.count, context, &effects)
        }
        return true
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { text.scroll(by: rows, lines: lines.count, context) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let host = painter.context.instances.callbackHost(of: event.instanceID)
        text.draw(
            lines,
            title: DisplayText("Replay to \(host) with these changes?"),
            width: min(100, max(50, (lines.map(\.width).max() ?? 0) + 4)),
            footer: painter.context.offers((.confirm, "sends it"), (.close, "sends nothing")),
            &painter
        )
    }
}
