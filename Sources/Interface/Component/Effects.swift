import Domain
import Primitives

/// What a component wants done beyond its own state. The shell does it, in order, once the component has returned.
enum Effect: Sendable {
    /// Something for the engine, the terminal or the loop.
    case command(Command)
    /// Does an action as if its key had been pressed, or says why not.
    case perform(ActionID)
    /// Opens an overlay on top of the others.
    case open(any Overlay)
    /// Closes an overlay.
    case close(LayerID)
    /// Gives the focus to a pane; one that is not open passes it to the main one.
    case focus(PaneID)
    /// Moves the focus through the panes, 1 forward or -1 backward.
    case turnPane(Int)
    /// Makes an instance the one that the screen is about (nil: a new one), and then focuses a pane. With `asks`, a
    /// person decides first about work that would be lost.
    case show(InstanceID?, focus: PaneID?, asks: Bool)
    /// Ends the dashboard; a person decides first about work that would be lost.
    case quit
    /// Keeps a part of what the dashboard remembers.
    case remember(any MemoryPart)
    /// Leaves the mouse to the terminal, or takes it.
    case reportMouse(Bool)
    /// Something that other components may react to.
    case post(any DashboardEvent)
}

/// Something that one component reports to the others; each kind is declared by the feature that it is about.
protocol DashboardEvent: Sendable {}

/// Which of the open overlays.
struct LayerID: Sendable, Hashable {
    let number: Int
}

/// Collects the effects of one call.
struct Effects: Sendable {
    private(set) var list: [Effect] = []
    /// The overlay that is being called, whom `close` concerns.
    private let layer: LayerID?
    private(set) var isShown = false

    init(layer: LayerID? = nil) { self.layer = layer }

    mutating func add(_ effects: [Effect]) { list += effects }
    mutating func send(_ command: Command) { list.append(.command(command)) }
    mutating func perform(_ action: ActionID) { list.append(.perform(action)) }
    mutating func open(_ overlay: any Overlay) { list.append(.open(overlay)) }
    mutating func focus(_ pane: PaneID) { list.append(.focus(pane)) }
    mutating func turnPane(by step: Int) { list.append(.turnPane(step)) }
    mutating func quit() { list.append(.quit) }
    mutating func remember(_ part: some MemoryPart) { list.append(.remember(part)) }
    mutating func post(_ event: any DashboardEvent) { list.append(.post(event)) }

    /// Closes the overlay that makes the call; nothing for a feature.
    mutating func close() { if let layer { list.append(.close(layer)) } }

    mutating func show(_ instance: InstanceID?, focus: PaneID? = nil, asks: Bool = false) {
        list.append(.show(instance, focus: focus, asks: asks))
    }

    /// Shows a message and keeps it in the log.
    mutating func say(
        _ severity: Severity,
        _ text: String,
        about topic: Announcement.Topic? = nil,
        on matter: Announcement.Matter? = nil
    ) {
        post(Announcement(severity: severity, text: text, topic: topic, matter: matter))
    }

    /// Takes off the screen what was said of a matter; the log keeps it.
    mutating func settle(_ matter: Announcement.Matter) { post(MatterSettled(matter: matter)) }

    /// Asks before something that can't be taken back. Where that is to end something, “Cancel” could mean either, and
    /// `refusal` is another word.
    mutating func ask(
        _ title: String,
        _ text: String,
        verb: String,
        refusal: String = "Cancel",
        then consequence: [Effect],
        otherwise: [Effect] = []
    ) {
        open(
            Confirmation(
                title: title,
                text: text,
                verb: verb,
                refusal: refusal,
                consequence: consequence,
                otherwise: otherwise
            )
        )
    }

    /// Called by an overlay that shows what the message says, so that features change their state silently.
    mutating func markShown() { isShown = true }
}

extension Effects {
    /// Says so where the last insertion found too little room.
    mutating func warn(ifCut field: TextField) {
        guard field.isCut else { return }
        say(.warning, "Not all of it was pasted: a field holds \(TextField.limit.grouped) characters.")
    }
}
