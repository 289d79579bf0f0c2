import Domain
import Drawing
import EngineAPI
import Primitives

extension EventsPane {
    /// What completion knows: the objects that are watched, and what the loaded rows show.
    func known(_ context: DashboardContext) -> FilterOffers.Known {
        func sorted(_ names: some Sequence<String>) -> [String] { Set(names).sorted() }
        let all = context.instances.list ?? []
        let shown = showsAll ? all : all.filter { $0.id == context.instances.current }
        return FilterOffers.Known(
            objects: sorted(shown.flatMap(\.configuration.watchedObjects) + window.rows.map(\.object)),
            fields: sorted(window.rows.flatMap(\.changedFieldNames)),
            // The events of one are all of the same.
            instances: showsAll ? sorted(all.map(\.name)) : []
        )
    }

    /// What the footer offers while the line is open.
    func hints(_ line: FilterLine) -> [Hint] {
        func hint(_ action: ActionID, _ step: Int) -> [Hint] {
            line.canRecall(step, from: filtering.memory.history) ? [.action(action)] : []
        }
        return [.action(.keepFilter), .action(.leaveFilter), .action(.completeFilter)] + hint(.formerFilter, -1)
            + hint(.laterFilter, 1) + [.action(.saveFilter), .action(.savedFilters, "saved")]
    }

    /// Does what the open line is asked for; false if it means nothing to it.
    mutating func performInLine(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard filtering.line != nil else { return false }
        switch action {
        case .keepFilter: keepFilter(context, &effects)
        case .leaveFilter:
            if let former = filtering.leave() { restore(former) }
            announceSelection(&effects)
        case .completeFilter:
            let known = known(context)
            if filtering.line?.complete(known) == true { filterTyped(context) }
        case .formerFilter, .laterFilter:
            let (step, history) = (action == .formerFilter ? -1 : 1, filtering.memory.history)
            if filtering.line?.recall(step, from: history) == true { filterTyped(context) }
        case .savedFilters: effects.open(SavedFilterList())
        case .saveFilter: openSaveDialog(context, &effects)
        default:
            guard filtering.line?.edit(action) == true else { return false }
            filterTyped(context)
        }
        return true
    }

    /// A wrong text is not kept: the line stays open and says why.
    mutating func keepFilter(_ context: DashboardContext, _ effects: inout Effects) {
        filterTyped(context, isWhole: true)
        guard filtering.line?.fault == nil else { return }
        filtering.keep()
        effects.remember(filtering.memory)
        announceSelection(&effects)
    }

    /// Applies what stands in the line, if it is a filter and another one than before.
    mutating func filterTyped(_ context: DashboardContext, isWhole: Bool = false) {
        guard let line = filtering.line else { return }
        let text = isWhole ? line.text : line.settledText
        guard var filter = filtering.line?.parse(text, at: context.now, clock: context.settings.clock),
            text != filtering.text
        else { return }
        filtering.apply(text)
        filter.instanceIDs = window.filter.instanceIDs
        window.reset(filter)
        resetMatches(notBefore: isWhole ? .distantPast : context.due.advanced(byMilliseconds: Self.typingPause))
    }

    /// Milliseconds without a key after which what a filter finds is counted: a count looks at the whole history, and while
    /// somebody types each key would begin another one.
    private static let typingPause: Int64 = 150

    /// Other events are shown.
    mutating func resetMatches(notBefore moment: Timestamp = .distantPast) {
        matches.reset(notBefore: moment)
        spread.reset(notBefore: moment)
        heat.reset(notBefore: moment)
        finding?.hits.reset(notBefore: moment)
        finding?.note = nil
    }

    /// All events again, with the selection where it was.
    mutating func clearFilter() {
        let (selected, isFollowing) = (window.selected, window.isFollowing)
        filtering.clear()
        var filter = EventFilter()
        filter.instanceIDs = window.filter.instanceIDs
        window.reset(filter)
        resetMatches()
        guard !isFollowing, let selected else { return }
        window.isFollowing = false
        window.want(.around(selected))
    }

    private mutating func restore(_ former: EventWindow) {
        window.restore(former)
        resetMatches()
    }
}
