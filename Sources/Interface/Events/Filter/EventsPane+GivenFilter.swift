import Domain

extension EventsPane {
    /// Shows what another part of the dashboard asks for, as if it had been typed and kept.
    mutating func show(_ given: FilterGiven, _ context: DashboardContext, _ effects: inout Effects) {
        guard
            var filter = try? EventFilter(
                parsing: given.text,
                now: context.now,
                clock: context.settings.clock
            )
        else { return }
        if given.instance != nil { showsAll = false }
        filter.instanceIDs = given.instance.map { [$0] } ?? window.filter.instanceIDs
        filtering.apply(given.text)
        filtering.keep()
        effects.remember(filtering.memory)
        window.reset(filter)
        resetMatches()
        effects.focus(Self.id)
    }
}
