import Domain
import Drawing
import EngineAPI
package import Primitives

extension State {
    /// Takes one message at its moment and says what shall be done; nothing else changes the state.
    package mutating func update(_ message: Message, at now: Timestamp) -> [Command] {
        self.now = max(self.now, now)
        notices.expire(at: self.now)
        activity.trim(at: self.now)
        var commands: [Command] = []
        switch message {
        case .start: areInstancesStale = true
        case .input(let event): commands += take([event])
        case .inputs(let events): commands += take(events)
        case .tick: break
        case .notice(let notice): take(notice)
        case .engineStopped: isEngineStopped = true
        default: commands += takeResult(message)
        }
        logBanner()
        settle()
        return commands + dueLoads()
    }

    /// When `tick` is wanted at the latest; nil: never, so that an idle dashboard sleeps.
    package var nextDeadline: Timestamp? {
        guard !isEngineStopped else { return notices.nextDeadline }
        return [
            notices.nextDeadline,
            instances == nil ? nil : events.nextDeadline,
            instances == nil ? nil : counts.nextDeadline,
            activity.nextDeadline(after: now),
            current == nil ? nil : activityLoad.nextDeadline,
            current == nil ? nil : replays.nextDeadline,
            apexDeadline,
            previewDeadline,
            countdownDeadline,
            overdueDeadline,
            areInstancesStale && !isLoadingInstances ? instancesNotBefore : nil,
        ].compactMap { $0 }.min()
    }

    private mutating func take(_ notice: EngineNotice) {
        switch notice {
        case .stored(let count, _):
            noteActivity(count)
            events.noteStored((instances?.count ?? 0) <= 1 ? count : nil)
            counts.invalidate()
            refreshPreview()
            areInstancesStale = true
        case .deliveries(let ids):
            events.noteDeliveries(ids)
            counts.invalidate()
            refreshPreview()
            if detail?.concerns(ids) == true { detail?.invalidate() }
            areInstancesStale = true
        case .instance(let id):
            areInstancesStale = true
            guard id == current else { return }
            replays.invalidate()
            apex.invalidate()
        case .instancesChanged:
            areInstancesStale = true
        }
    }

    /// Puts right what follows from a change: sizes, the followed row, the open event.
    mutating func settle() {
        if focus == .detail, detail == nil { focus = .events }
        let layout = DashboardLayout(self)
        if layout.events != nil, layout.eventRows != events.height {
            events.height = layout.eventRows
            // The list became shorter or longer: the selected row stays in view.
            if !events.isFollowing, let selected = events.selected { events.select(selected) }
        }
        form.settleScroll(layout.formRows(self))
        layOutDetail(layout)
        clampDetail(layout)
    }

    private mutating func dueLoads() -> [Command] {
        guard !isEngineStopped else { return [] }
        var commands: [Command] = []
        if areInstancesStale, !isLoadingInstances, now >= instancesNotBefore {
            areInstancesStale = false
            isLoadingInstances = true
            instancesNotBefore = now.advanced(byMilliseconds: 250)
            commands.append(.loadInstances)
        }
        guard instances != nil else { return commands }
        if let command = events.nextLoad(at: now) { commands.append(command) }
        if let command = counts.nextLoad(events.filter, at: now) { commands.append(command) }
        if let current, let command = activityLoad.nextLoad(current, at: now) { commands.append(command) }
        if let command = detail?.nextLoad() { commands.append(command) }
        if let current, let command = replays.nextLoad(current, at: now) { commands.append(command) }
        if let command = nextApexLoad() { commands.append(command) }
        if let command = nextPreview() { commands.append(command) }
        if let current, form.instance == current, case .unknown = form.objects.catalog, instance?.isConnected == true {
            form.objects.startLoading()
            commands.append(.describeObjects(current))
        }
        return commands
    }
}
