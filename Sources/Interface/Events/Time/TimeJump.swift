import Domain
import Drawing
import Primitives

extension ActionContext {
    static let time = ActionContext.overlay("time", "Going to a time", including: [.text])
}

extension ActionID {
    static let goToTime = ActionID("go-to-time")
}

/// Asks for the moment that the list goes to.
struct TimeJump: TextDialog {
    static let actions: [Action] = [
        Action(
            .goToTime,
            [.character("@")],
            "Go to a time",
            hint: "go to time",
            in: [.events, .detail],
            onlyShows: true
        )
    ]

    static let keyContext = ActionContext.time
    var field = TextField()
    private var isWrong = false

    func title(_ context: DashboardContext) -> String { "Go to a time" }
    func hints(_ context: DashboardContext) -> [Hint] { [.action(.submit, "go"), .action(.close, "leave")] }

    mutating func edited() { isWrong = false }

    mutating func submit(_ context: DashboardContext, _ effects: inout Effects) {
        guard let moment = moment(context) else { return isWrong = true }
        effects.close()
        effects.post(TimeChosen(moment: moment))
    }

    private func moment(_ context: DashboardContext) -> Timestamp? {
        TimeText.parse(field.text, at: context.now, clock: context.settings.clock)
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let width = min(56, rect.width - 2)
        let words = words(context)
        let inner = painter.window(
            Size(width: width, height: words.wrapped(to: width - 4).count + 4),
            title: "Go to a time",
            footer: context.offers((.submit, "goes"), (.close, "leaves"))
        )
        var rest = inner
        let box = rest.cutTop(1)
        guard !box.isEmpty else { return }
        painter.field(field, in: box, isWrong ? .fieldInvalid : .fieldFocus)
        _ = rest.cutTop(1)
        painter.sentence(words, in: rest)
    }

    private func words(_ context: DashboardContext) -> StyledText {
        if let moment = moment(context) { return StyledText("to " + context.fullClock(moment), .statusOK) }
        return isWrong
            ? StyledText("No time: write -2h, 14:05 or 2026-11-27 09:30.", .statusFail)
            : StyledText("-2h   14:05   yesterday 14:00   2026-11-27 09:30", .dim)
    }
}

/// Posted when a moment was chosen.
struct TimeChosen: DashboardEvent {
    let moment: Timestamp
}
