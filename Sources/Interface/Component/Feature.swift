import Drawing
import EngineAPI
import Primitives

/// What every part of the dashboard is: a value with a state of its own that hears of everything and knows nobody.
///
/// All requirements have a default, so that a component implements what it has a use for.
protocol Component: Sendable {
    /// Hears what the engine, the loop and the terminal say; input goes to what has the keys instead.
    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects)
    /// Hears what another component posted.
    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects)
    /// What it wants to have read now. Asked after each message, only while the engine runs; a component remembers what
    /// it asked for and does not ask twice.
    mutating func loads(_ context: DashboardContext) -> [Command]
    /// When it wants to be asked again although nothing happens; nil: never, so that an idle dashboard sleeps.
    func deadline(_ context: DashboardContext) -> Timestamp?
}

extension Component {
    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {}
    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {}
    mutating func loads(_ context: DashboardContext) -> [Command] { [] }
    func deadline(_ context: DashboardContext) -> Timestamp? { nil }
}

/// A component that is there from the start to the end, with its rows of the table of actions.
///
/// ```swift
/// struct BellFeature: Feature {
///     static let actions = [Action(.toggleBell, [.character("b")], "Ring at failures, or stop", hint: "bell")]
///     private var isOn = false
///
///     mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
///         guard action == .toggleBell else { return false }
///         isOn.toggle()
///         effects.say(.info, isOn ? "Failures ring." : "Failures are silent.")
///         return true
///     }
/// }
/// ```
protocol Feature: Component {
    init()

    /// Itself, if it is a pane; a pane has that by being one. Asked many times for each key, where a cast would be dear.
    var pane: (any Pane)? { get }
    /// Its rows of the table of actions, which drive keys, footer, help, palette and documentation.
    static var actions: [Action] { get }
    /// Whether it has something to say after the engine has ended.
    static var outlivesEngine: Bool { get }

    /// Why an action can't be done now, in one sentence; nil if it can, or is not its own.
    func obstacle(to action: ActionID, _ context: DashboardContext) -> String?
    /// Does an action; false if it is not its own. The focused pane is asked first, so that panes can share actions such
    /// as moving.
    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool
    /// Another instance is shown, or a new one is made.
    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext)
    /// Writes what others may read of it.
    func publish(to context: inout DashboardContext)
    /// Puts right what follows from a change, after each message.
    mutating func settle(_ context: DashboardContext, _ effects: inout Effects)
    /// Hears where everything stands, after each message; a pane hears of its own place.
    mutating func settle(in layout: DashboardLayout, _ context: DashboardContext)

    /// What would be lost if its place were left now.
    func unsavedWork(_ context: DashboardContext) -> UnsavedWork?
    /// What it says in the status line.
    func facts(_ context: DashboardContext) -> [HeaderFact]
    /// What it reports of work that is under way, in lines of at most `width` columns above the footer.
    func progress(width: Int, _ context: DashboardContext) -> [ProgressLine]
    /// Draws what lies over everything else.
    func drawOnTop(_ layout: DashboardLayout, _ painter: inout Painter)
}

extension Feature {
    static var actions: [Action] { [] }
    static var outlivesEngine: Bool { false }
    var pane: (any Pane)? { nil }
    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? { nil }
    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool { false }
    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) {}
    func publish(to context: inout DashboardContext) {}
    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) {}
    mutating func settle(in layout: DashboardLayout, _ context: DashboardContext) {}
    func unsavedWork(_ context: DashboardContext) -> UnsavedWork? { nil }
    func facts(_ context: DashboardContext) -> [HeaderFact] { [] }
    func progress(width: Int, _ context: DashboardContext) -> [ProgressLine] { [] }
    func drawOnTop(_ layout: DashboardLayout, _ painter: inout Painter) {}
}

/// Work that leaving would lose, in the words of the question about it.
struct UnsavedWork: Sendable, Hashable {
    /// `It has 3 unsaved changes, which will be lost.` Nil where it goes on while something else is shown.
    var onLeaving: String?
    /// The same, asked before the dashboard is quit.
    let onQuitting: String
}

/// Work that is under way, reported in one line above the hints.
struct ProgressLine: Sendable, Hashable {
    let text: StyledText
    /// What a click on it does.
    let target: ActionID
}
