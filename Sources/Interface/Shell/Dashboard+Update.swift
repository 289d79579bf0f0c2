package import Primitives

extension Dashboard {
    /// Applies one message at its moment and returns what shall be done; nothing else changes the dashboard.
    ///
    /// `now` is what people read, `due` what everything is paced on.
    package mutating func update(_ message: Message, at now: Timestamp, due: Timestamp) -> [Command] {
        self.now = now
        self.due = max(self.due, due)
        switch message {
        case .input(let event): accept([event])
        case .inputs(let events): accept(events)
        default: deliver(message)
        }
        settle()
        if !held.isEmpty {
            accept([])
            settle()
        }
        load()
        nextDeadline = deadline()
        defer { outbox = [] }
        return outbox
    }

    private func deadline() -> Timestamp? {
        let context = context()
        let isStopped = context.instances.isEngineStopped
        let features = features.all.filter { !isStopped || type(of: $0).outlivesEngine }
        let overlays = isStopped ? [] : layers.layers.map(\.overlay)
        return (features.map { $0.deadline(context) } + overlays.map { $0.deadline(context) } + [held.deadline])
            .compactMap { $0 }.min()
    }

    /// Lets everybody hear a message: the overlays first, as one may show what the features would say otherwise.
    mutating func deliver(_ message: Message) {
        var context = context()
        let shown = layers.each { overlay, effects in
            overlay.receive(message, context, &effects)
            if effects.isShown { context.isShownByOverlay = true }
        }
        run(shown + features.each { $0.receive(message, context, &$1) })
    }

    /// Lets everybody hear what one of them posted.
    mutating func deliver(_ event: any DashboardEvent) {
        let context = context()
        let above = layers.each { $0.receive(event, context, &$1) }
        run(above + features.each { $0.receive(event, context, &$1) })
    }

    /// Puts right what follows from a change: who has the focus, and what stands where.
    mutating func settle() {
        if focusedPane == nil { focus = mainPane }
        var context = context()
        let effects = features.each { $0.settle(context, &$1) }
        if !effects.isEmpty {
            run(effects)
            context = self.context()
        }
        let layout = layout(context)
        _ = features.each { feature, _ in feature.settle(in: layout, context) }
    }

    /// Asks for what is to be read, as long as somebody answers.
    private mutating func load() {
        let context = context()
        guard !context.instances.isEngineStopped else { return }
        var commands: [Command] = []
        _ = features.each { feature, _ in commands += feature.loads(context) }
        _ = layers.each { overlay, _ in commands += overlay.loads(context) }
        outbox += commands
    }
}
