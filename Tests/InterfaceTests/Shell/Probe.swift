import Domain
import Drawing
import EngineAPI
import Primitives

@testable import Interface

extension PaneID {
    static let probe = PaneID("Probe")
}

extension ActionID {
    static let openProbe = ActionID("open-probe")
    static let noteProbe = ActionID("note-probe")
    static let handBack = ActionID("hand-back")
    static let openAnother = ActionID("open-another")
    static let closeProbe = ActionID("close-probe")
    static let blocked = ActionID("blocked")
    static let focusProbe = ActionID("focusProbe")
}

extension ActionContext {
    static let probeOverlay = ActionContext.overlay("probe-overlay", "Probe's overlay")
}

/// What a probe was called with, for tests of the shell.
struct ProbeAnswer: DashboardEvent {
    let text: String
}

/// A pane for the large room that records what it hears.
struct ProbePane: Pane {
    static let id = PaneID.probe
    static let place = PanePlace.main
    static let actions = [
        Action(.focusProbe, [.character("9")], "Go to the probe", hint: "probe"),
        Action(.openProbe, [.character("o")], "Open the probe's overlay", hint: "open", in: [.pane(.probe)]),
        Action(.noteProbe, [.character("z")], "Take a note", hint: "note", in: [.pane(.probe)]),
        Action(.handBack, [.enter], "Hand the text back", hint: "hand back", in: [.probeOverlay]),
        Action(.openAnother, [.tab], "Open another one", hint: "another", in: [.probeOverlay], isCommand: false),
        Action(.closeProbe, [.escape], "Close it", hint: "close", in: [.probeOverlay], isCommand: false),
        Action(.blocked, [.character("b")], "Do what can't be done", hint: "blocked", in: [.pane(.probe)]),
    ]

    private(set) var typed = ""
    private(set) var noted = 0
    private(set) var answers: [String] = []
    private(set) var refused: [ActionID] = []
    private(set) var presses: [Int] = []
    private(set) var rect: Rect?
    private(set) var shown: [InstanceID?] = []
    private(set) var losses = 0
    var isOpen = true

    func title(_ context: DashboardContext) -> String { "The probe" }
    func hints(_ context: DashboardContext) -> [Hint] { [.action(.openProbe), .action(.blocked, "in other words")] }

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .blocked ? "This can't be done." : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .focusProbe: effects.focus(.probe)
        case .openProbe: effects.open(ProbeOverlay())
        case .noteProbe: noted += 1
        default: return false
        }
        return true
    }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) { shown.append(instance?.id) }

    func acceptsLetter(_ letter: Character) -> Bool { letter == "x" }
    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) { typed += text }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let part = part as? Int { presses.append(part) }
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let answer as ProbeAnswer: answers.append(answer.text)
        case let event as ActionRefused: refused.append(event.action)
        default: break
        }
    }

    mutating func loseFocus() { losses += 1 }
    mutating func settle(in rect: Rect?, _ context: DashboardContext) { self.rect = rect }

    func draw(in rect: Rect, _ painter: inout Painter) {
        painter.canvas.draw("PROBE", in: rect)
        painter.hit(rect.row(1), part: 7)
    }
}

/// An overlay that takes letters as a text and hands it back to whoever listens.
struct ProbeOverlay: Overlay {
    var text = ""
    var heard = 0

    func title(_ context: DashboardContext) -> String { "The overlay" }
    func hints(_ context: DashboardContext) -> [Hint] { [.action(.handBack)] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.probeOverlay] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .handBack:
            effects.close()
            effects.post(ProbeAnswer(text: text))
        case .closeProbe, .close: effects.close()
        case .openAnother: effects.open(ProbeOverlay())
        default: return false
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        self.text += text.count > 1 ? "<\(text)>" : text
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        if case .opened = message {
            heard += 1
            effects.markShown()
        }
    }

    func deadline(_ context: DashboardContext) -> Timestamp? { Sample.now.advanced(bySeconds: 77) }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let inner = painter.window(Size(width: 30, height: 3), title: "Probe")
        painter.canvas.draw("OVERLAY", in: inner)
    }
}
