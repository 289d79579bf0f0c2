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

/// The dialog that replays one event to another URL, once.
struct ReplayTarget: Overlay {
    static let actions: [Action] = [
        Action(
            .replayElsewhere,
            [.character("U")],
            "Replay the selected event to another URL",
            hint: "replay to URL",
            in: [.events, .detail]
        ), .keyed(.formerURL, [.up], "The URL used before this one", hint: "former", in: [.replayTarget]),
        .keyed(.laterURL, [.down], "The URL used after this one", hint: "later", in: [.replayTarget]),
    ]

    let event: EventSummary
    /// URLs that were used before, the newest last.
    let history: [String]
    private(set) var field = TextField()
    private var draft = ""
    /// Which of the history stands in the field; nil: what was typed.
    private var place: Int?
    private(set) var fault: String?

    init(_ event: EventSummary, history: [String]) {
        self.event = event
        self.history = history
    }

    func title(_ context: DashboardContext) -> String { "Replay to another URL" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [.action(.submit, "send"), .action(.close, "leave"), .action(.formerURL), .action(.laterURL)]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.replayTarget] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    /// The text as the form would take it: cleaned, with a scheme.
    static func reading(_ text: String) -> (url: String, issue: ConfigurationIssue?) {
        var settings = InstanceConfiguration()
        settings.eventsEnabled = true
        let refused = settings.set(.callbackURL, to: .string(text))
        return (settings.callbackURL, refused ?? settings.issues.first { $0.key == .callbackURL })
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .submit: submit(&effects)
        case .formerURL: recall(-1)
        case .laterURL: recall(1)
        default:
            guard field.perform(action) else { return false }
            touch()
        }
        return true
    }

    private mutating func touch() {
        place = nil
        fault = nil
    }

    private mutating func submit(_ effects: inout Effects) {
        let (url, issue) = Self.reading(field.text)
        fault = issue?.message ?? (url.isEmpty ? "Write the URL that the replay goes to." : nil)
        guard fault == nil else { return }
        effects.close()
        effects.post(URLUsed(url: url))
        effects.post(ReplayWanted(event: event, options: ReplayOptions(callbackURL: url)))
    }

    private mutating func recall(_ step: Int) {
        let next = (place ?? history.count) + step
        guard (0...history.count).contains(next) else { return }
        if place == nil { draft = field.text }
        field.set(next == history.count ? draft : history[next])
        place = next == history.count ? nil : next
        fault = nil
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        field.insert(text)
        touch()
        effects.warn(ifCut: field)
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let width = min(90, rect.width - 2)
        let words =
            fault.map { context.glyphs.failure.string + " " + $0 }
            ?? "Once, with a new signature; the delivery itself stays as it is."
        let lines = DisplayText(words, limit: 2000).wrapped(to: max(8, width - 4))
        let inner = painter.window(
            Size(width: width, height: lines.count + 4),
            title: DisplayText(
                "Replay \(event.change.rawValue) \(event.object) \(event.recordName ?? event.recordID) to"
            ),
            footer: context.offers((.submit, "sends"), (.close, "leaves"))
        )
        var rest = inner
        let box = rest.cutTop(1)
        let style: Style = fault == nil ? .fieldFocus : .fieldInvalid
        painter.canvas.fill(box, style: style)
        let window = field.window(width: box.width, mark: painter.glyphs.ellipsis)
        painter.canvas.draw(window.text, at: box.origin, style: style, width: box.width)
        painter.cursor = painter.canvas.position(of: box.origin.offset(x: window.cursor))
        if field.isEmpty {
            painter.canvas.draw("https://", in: box.inset(left: 1), style: Style(.faint, on: style.role))
        }
        if rest.height > lines.count { _ = rest.cutTop(1) }
        for line in lines {
            painter.canvas.draw(line, in: rest.cutTop(1), style: Style(fault == nil ? .dim : .statusFail, on: .overlay))
        }
    }
}

/// Posted when a replay went to a URL that a person typed.
struct URLUsed: DashboardEvent {
    let url: String
}
