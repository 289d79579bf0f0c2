package import Primitives

extension Dashboard {
    /// Applies one message at its moment and returns what shall be done; nothing else changes the dashboard.
    package mutating func update(_ message: Message, at now: Timestamp) -> [Command] {
        self.now = max(self.now, now)
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
        defer { outbox = [] }
        return outbox
    }

    /// When `tick` is wanted at the latest; nil: never, so that an idle dashboard sleeps.
    package var nextDeadline: Timestamp? {
        let context = context()
        let isStopped = context.instances.isEngineStopped
        let features = features.filter { !isStopped || type(of: $0).outlivesEngine }
        let overlays = isStopped ? [] : layers.map(\.overlay)
        let waiting = held.isEmpty ? nil : waitEnds
        return (features.map { $0.deadline(context) } + overlays.map { $0.deadline(context) } + [waiting])
            .compactMap { $0 }.min()
    }

    /// Lets everybody hear a message: the overlays first, as one may show what the features would say otherwise.
    mutating func deliver(_ message: Message) {
        var context = context()
        var all: [Effect] = []
        for index in layers.indices {
            var effects = Effects(layer: layers[index].id)
            layers[index].overlay.receive(message, context, &effects)
            all += effects.list
            if effects.isShown { context.isShownByOverlay = true }
        }
        for index in features.indices {
            var effects = Effects()
            features[index].receive(message, context, &effects)
            all += effects.list
        }
        run(all)
    }

    /// Lets everybody hear what one of them posted.
    mutating func deliver(_ event: any DashboardEvent) {
        let context = context()
        var all: [Effect] = []
        for index in layers.indices {
            var effects = Effects(layer: layers[index].id)
            layers[index].overlay.receive(event, context, &effects)
            all += effects.list
        }
        for index in features.indices {
            var effects = Effects()
            features[index].receive(event, context, &effects)
            all += effects.list
        }
        run(all)
    }

    /// Puts right what follows from a change: who has the focus, and what stands where.
    mutating func settle() {
        if !isOpen(focus) { focus = mainPane }
        var context = context()
        var effects = Effects()
        for index in features.indices { features[index].settle(context, &effects) }
        if !effects.list.isEmpty {
            run(effects.list)
            context = self.context()
        }
        let layout = layout(context)
        for index in features.indices {
            guard var pane = features[index] as? any Pane else { continue }
            pane.settle(in: layout.panes[type(of: pane).id], context)
            features[index] = pane
        }
    }

    /// Asks for what is to be read, as long as somebody answers.
    private mutating func load() {
        let context = context()
        guard !context.instances.isEngineStopped else { return }
        for index in features.indices { outbox += features[index].loads(context) }
        for index in layers.indices { outbox += layers[index].overlay.loads(context) }
    }
}
