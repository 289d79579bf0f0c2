import Domain
import EngineAPI

extension Dashboard {
    /// Does what components asked for, each with all that follows from it before the next.
    mutating func run(_ effects: [Effect]) {
        for effect in effects { run(effect) }
    }

    mutating func run(_ effect: Effect) {
        switch effect {
        case .command(let command):
            if case .setTheme(let name) = command { settings.theme = name }
            outbox.append(command)
        case .perform(let action): if !attempt(action) { explain(action) }
        case .open(var overlay):
            let context = context()
            overlay.begin(context) { features.obstacle(to: $0, context) }
            layers.open(overlay)
        case .close(let layer): layers.close(layer)
        case .focus(let pane): enter(pane)
        case .turnPane(let step): turnPane(by: step)
        case .quit: quit()
        case .show(let instance, let pane, let asks): show(instance, focus: pane, asks: asks)
        case .reportMouse(let isReported): settings.reportsMouse = isReported
        case .remember(let part): remember(part)
        case .post(let event): deliver(event)
        }
    }

    /// Has it kept where it differs from what is.
    private mutating func remember<Part: MemoryPart>(_ part: Part) {
        let before = settings.memory
        settings.memory[Part.self] = part
        if settings.memory != before { outbox.append(.remember(settings.memory)) }
    }

    /// Has an action done by what has the keys, else by whichever feature it belongs to, or says why it can't be done; false
    /// where it means nothing.
    @discardableResult
    mutating func attempt(_ action: ActionID) -> Bool {
        if !layers.isEmpty, onTop({ $0.perform(action, $1, &$2) }) == true { return true }
        // Moving and editing are the overlay's business alone.
        guard layers.isEmpty || table[action]?.worksOverOverlays == true else { return false }
        let context = context()
        if let obstacle = features.obstacle(to: action, context) {
            deliver(ActionRefused(action: action))
            if table[action]?.isSilent != true {
                deliver(Announcement(severity: .warning, text: obstacle))
            }
            return true
        }
        guard let effects = features.perform(action, context) else { return false }
        run(effects)
        return true
    }

    /// Says where an action works that was chosen elsewhere.
    private mutating func explain(_ action: ActionID) {
        guard let row = table[action] else { return }
        let places = row.contexts.map(\.title).joined(separator: ", ")
        deliver(Announcement(severity: .info, text: "“\(row.title)” has nothing to do here; it works in: \(places)."))
    }

    private mutating func quit() {
        // Asked for twice, it is meant, whatever would be lost.
        let isMeant = (layers.top as? Confirmation)?.isAboutQuitting == true
        guard !isMeant, let loss = features.lossOnQuitting(context()) else { return run(.command(.quit)) }
        layers.open(Confirmation(title: "Quit?", text: loss, verb: "Quit", consequence: [.command(.quit)]))
    }

    /// Makes an instance the one that the screen is about; nil: a new one.
    private mutating func show(_ id: InstanceID?, focus pane: PaneID?, asks: Bool) {
        let context = context()
        if asks, let loss = features.lossOnLeaving(context) {
            let consequence = Effect.show(id, focus: pane, asks: false)
            let question = Confirmation(
                title: "Leave this form?",
                text: loss,
                verb: "Leave",
                consequence: [consequence]
            )
            return layers.open(question)
        }
        let overview = context.instances.list?.first { $0.id == id }
        _ = features.each { feature, _ in feature.show(overview, context) }
        if features.openPane(focus) == nil { focus = mainPane }
        if let pane { enter(pane) }
    }
}
