import Domain
import EngineAPI
import Primitives

extension State {
    /// Why an action can't be done now; nil if it can.
    func obstacle(to id: ActionID) -> String? {
        switch id {
        case .applyDraft: return applyObstacle
        case .discardDraft: return form.isDirty ? nil : "Nothing to discard: the form has no changes."
        case .testCallback:
            let field = FieldID.setting(.callbackURL)
            if form[text: field].text.trimmed.isEmpty { return "Fill in the callback URL first, then test it." }
            if case .running = form.test { return "A test notification is on its way." }
            return form.fault(of: field)
        case .openDetail, .copy: return events.selected == nil ? "No event is selected." : nil
        case .replay: return replayObstacle
        case .replayMany: return bulkReplayObstacle
        case .replayJobs, .apex, .explain: return instance == nil ? noInstance : nil
        case .deployApex, .removeApex, .exportApex, .rotateSecret, .copyReceiver, .copyOutbound, .apexReport:
            return apexObstacle(to: id)
        case .closeDetail, .focusDetail, .nextTab, .previousTab:
            return detail == nil ? "No event is open; Enter opens the selected one." : nil
        case .nextFailure, .previousFailure: return events.rows.isEmpty ? "There are no events yet." : nil
        case .pollNow: return pollObstacle
        case .resumeCallback:
            guard let instance else { return noInstance }
            if case .held = instance.callback { return nil }
            return "The callback is not held; there is nothing to resume."
        case .connectAgain:
            if instance == nil { return noInstance }
            return form.applying == nil ? nil : "The last changes are still being applied."
        case .toggleInstance, .deleteInstance: return instance == nil ? noInstance : nil
        case .switchInstance:
            return (instances ?? []).isEmpty ? noInstance : nil
        case .newInstance:
            return form.instance == nil ? "The form already holds a new instance; fill it in and apply it." : nil
        case .dismissToast: return notices.toasts.isEmpty ? "There is no message to dismiss." : nil
        default: return nil
        }
    }

    var noInstance: String { "There is no instance yet; fill in the form and apply it." }

    private var applyObstacle: String? {
        if form.applying != nil { return "The last changes are still being applied." }
        if form.instance != nil, !form.isDirty { return "Nothing to apply: the form has no changes." }
        return nil
    }

    /// Whether the selected event was replayed within the last second: then `r` is still being held down.
    var isRepeatedReplay: Bool {
        guard let lastReplay, lastReplay.sequence == selectedEvent?.sequence else { return false }
        return now.since(lastReplay.at) < 1000
    }

    private var replayObstacle: String? {
        guard let event = selectedEvent else { return "Select an event to replay first." }
        if replaying.contains(event.sequence) { return "This event is being replayed already." }
        if isRepeatedReplay { return "This event was replayed a moment ago; let r go, then press it again." }
        guard let instance = instances?.first(where: { $0.id == event.instanceID }) else {
            return "The instance of this event is gone, and its callback with it."
        }
        if instance.configuration.callbackURL.isEmpty {
            return "This instance has no callback URL to replay to; fill it in and apply."
        }
        return nil
    }

    var pollObstacle: String? {
        guard let instance else { return noInstance }
        if instance.configuration.eventType != .polling { return "This instance gets webhooks; it isn't polled." }
        if !instance.configuration.eventsEnabled { return "Events are off; switch them on and apply." }
        if instance.isDisabled { return "This instance is disabled; enable it first." }
        if polling.contains(instance.id) || instance.isPolling { return "A poll is running already." }
        return nil
    }
}
