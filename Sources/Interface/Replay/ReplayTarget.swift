import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionContext {
    static let replayTarget = ActionContext.overlay("replay-url", "Replaying to another URL", including: [.text])
}

extension ActionID {
    static let replayElsewhere = ActionID("replay-to-url")
    static let formerURL = ActionID("former-url")
    static let laterURL = ActionID("later-url")
}

/// The dialog that replays one event, or the marked ones, to another URL, once.
struct ReplayTarget: TextDialog {
    static let keyContext = ActionContext.replayTarget
    static let lineEnds = TextField.LineEnds.nothing
    static let actions: [Action] = [
        Action(
            .replayElsewhere,
            [.character("U")],
            "Replay the selected event, or the marked ones, to another URL",
            hint: "replay to URL",
            in: [.events, .detail]
        ), .keyed(.formerURL, [.up], "The URL used before this one", hint: "former", in: [.replayTarget]),
        .keyed(.laterURL, [.down], "The URL used after this one", hint: "later", in: [.replayTarget]),
    ]

    /// What goes there.
    enum Subject: Sendable {
        case one(EventSummary)
        /// How many of them there are, where that is known.
        case marked(Int64?)
    }

    let subject: Subject
    /// URLs that were used before, the newest last.
    let history: [String]
    var field = TextField()
    private var draft = ""
    /// Which of the history stands in the field; nil: what was typed.
    private var historyIndex: Int?
    private(set) var fault: String?

    init(_ subject: Subject, history: [String]) {
        self.subject = subject
        self.history = history
    }

    func title(_ context: DashboardContext) -> String { "Replay to another URL" }

    func hints(_ context: DashboardContext) -> [Hint] {
        let former: [Hint] = canRecall(-1) ? [.action(.formerURL)] : []
        let later: [Hint] = canRecall(1) ? [.action(.laterURL)] : []
        return [.action(.submit, "send"), .action(.close, "leave")] + former + later
    }

    /// The text as the form would take it: cleaned, with a scheme.
    static func reading(_ text: String) -> (url: String, fault: String?) {
        var settings = InstanceConfiguration()
        let refused = settings.set(.callbackURL, to: .string(text))
        let url = settings.callbackURL
        if let refused {
            // Its sentence begins with the name of the form's field, which is not here.
            let label = ConfigurationKey.callbackURL.label
            return (
                url,
                refused.message.hasPrefix(label) ? "The URL" + refused.message.dropFirst(label.count) : refused.message
            )
        }
        return (url, url.isEmpty ? nil : HTTPAddress.fault(in: url).map { "The URL \($0)." })
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .submit: submit(context, &effects)
        case .formerURL: recall(-1)
        case .laterURL: recall(1)
        default:
            guard field.perform(action) else { return false }
            edited()
        }
        return true
    }

    mutating func edited() {
        historyIndex = nil
        fault = nil
    }

    mutating func submit(_ context: DashboardContext, _ effects: inout Effects) {
        let (url, wrong) = Self.reading(field.text)
        fault = wrong ?? (url.isEmpty ? "Write the URL that the replay goes to." : nil)
        guard fault == nil else { return }
        effects.close()
        effects.post(URLUsed(url: url))
        switch subject {
        case .one(let event): effects.post(ReplayWanted(event: event, options: ReplayOptions(callbackURL: url)))
        case .marked: effects.post(MarkedReplayWanted(url: url))
        }
    }

    private func canRecall(_ step: Int) -> Bool { (0...history.count).contains((historyIndex ?? history.count) + step) }

    private mutating func recall(_ step: Int) {
        guard canRecall(step) else { return }
        let next = (historyIndex ?? history.count) + step
        if historyIndex == nil { draft = field.text }
        field.set(next == history.count ? draft : history[next])
        historyIndex = next == history.count ? nil : next
        fault = nil
    }

    private var heading: String {
        switch subject {
        case .one(let event): "Replay \(event.change.rawValue) \(event.object) \(event.shownName ?? event.recordID) to"
        case .marked(let count?): "Replay \(Words.count(count, "marked event")) to"
        case .marked(nil): "Replay the marked events to"
        }
    }

    private var words: String {
        if case .one = subject { return "Once, with the same eventId; the delivery itself stays as it is." }
        return "One after another, oldest first, each once and with the same eventId; the deliveries themselves stay "
            + "as they are."
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let width = min(90, rect.width - 2)
        let words =
            fault.map { context.glyphs.failure.string + " " + $0 }
            ?? self.words
        let lines = DisplayText(words, limit: 2000).wrapped(to: max(8, width - 4))
        let inner = painter.window(
            Size(width: width, height: lines.count + 4),
            title: DisplayText(heading),
            footer: context.offers((.submit, "sends"), (.close, "leaves"))
        )
        var rest = inner
        let box = rest.cutTop(1)
        let style: Style = fault == nil ? .fieldFocus : .fieldInvalid
        painter.field(field, in: box, style, hint: "https://")
        if rest.height > lines.count { _ = rest.cutTop(1) }
        painter.sentence(StyledText(DisplayText(words, limit: 2000), fault == nil ? .dim : .statusFail), in: rest)
    }
}

/// Posted when a replay went to a URL that a person typed.
struct URLUsed: DashboardEvent {
    let url: String
}
