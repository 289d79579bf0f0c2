import Domain
import Drawing
import EngineAPI

extension State {
    /// Does an action that nothing stands in the way of.
    mutating func perform(_ id: ActionID) -> [Command] {
        switch id {
        case .applyDraft: return applyDraft()
        case .discardDraft:
            let count = form.changes.count
            return ask(
                "Discard changes?",
                "\(Words.count(count, "unsaved change")) of the form will be lost.",
                verb: "Discard",
                .discardDraft
            )
        case .testCallback: return testCallback()
        case .nextField: _ = form.advance(by: 1)
        case .previousField: _ = form.advance(by: -1)
        case .openDetail: openDetail()
        case .closeDetail: closeDetail()
        case .nextTab: turnTab(by: 1)
        case .previousTab: turnTab(by: -1)
        case .replay: return replaySelected()
        case .replayMany: openReplayDialog()
        case .replayJobs: openReplayJobs()
        case .apex, .deployApex, .removeApex, .exportApex, .rotateSecret, .copyReceiver, .copyOutbound, .apexReport:
            return performApex(id)
        case .explain: explain()
        case .copy: return openCopyMenu()
        case .follow: if events.isFollowing { events.pause() } else { events.follow() }
        case .nextFailure: seekFailure(forward: true)
        case .previousFailure: seekFailure(forward: false)
        case .selectUp: move(by: -1)
        case .selectDown: move(by: 1)
        case .pageUp: move(by: -page)
        case .pageDown: move(by: page)
        case .first: moveToEdge(isStart: true)
        case .last: moveToEdge(isStart: false)
        case .pollNow: return pollNow()
        case .resumeCallback: return current.map { [.resumeCallback($0)] } ?? []
        case .switchInstance: openInstanceMenu()
        case .toggleInstance: return instance.map { [.setEnabled($0.id, $0.isDisabled)] } ?? []
        case .newInstance: return leaveForm(for: nil)
        case .connectAgain: return connectAgain()
        case .deleteInstance: return askToDelete()
        case .focusForm: enter(.form)
        case .focusEvents: enter(.events)
        case .focusDetail: enter(.detail)
        case .nextPane: turnPane(by: 1)
        case .previousPane: turnPane(by: -1)
        case .dismissToast: _ = notices.dismissNewest()
        case .messageLog: overlays.append(.log(scroll: 0))
        case .themes: openThemeMenu()
        case .toggleMouse:
            settings.reportsMouse.toggle()
            say(
                .info,
                settings.reportsMouse ? "The mouse works here; Shift+drag selects text." : "The mouse selects text."
            )
        case .redraw: return [.redraw]
        case .palette: overlays.append(.palette(Palette()))
        case .help: overlays.append(.help(scroll: 0))
        case .suspend: return [.suspend]
        case .quit: return quit()
        }
        return []
    }

    mutating func ask(
        _ title: String,
        _ text: String,
        verb: String,
        _ consequence: Confirmation.Consequence
    ) -> [Command] {
        overlays.append(
            .confirmation(Confirmation(title: title, text: text, verb: verb, consequence: consequence))
        )
        return []
    }

    private mutating func applyDraft() -> [Command] {
        form.leave(form.focus)
        let faults = form.allFaults
        guard faults.isEmpty else {
            form.show(faults)
            focus = .form
            let more = faults.count == 1 ? "one field is wrong" : "\(faults.count) fields are wrong"
            say(.warning, "Nothing was applied: \(more).")
            return []
        }
        if let path = form.keyPath { return [.readKey(path: path)] }
        var draft = form.draft
        if form.needsBrowser {
            // Access that was granted for these settings before another of them was refused.
            guard let granted, granted.fits(draft, form.instance) else {
                return connect(draft, instance: form.instance)
            }
            form.applying = draft
            draft.authorizationState = granted.state
        } else {
            form.applying = draft
        }
        return [form.instance.map { .update($0, draft) } ?? .create(draft)]
    }

    private mutating func testCallback() -> [Command] {
        let draft = form.draft.configuration
        form.test = .running(url: draft.callbackURL)
        return [
            .testCallback(url: draft.callbackURL, signatureKey: draft.signatureKey, instance: form.instance)
        ]
    }

    private mutating func replaySelected() -> [Command] {
        guard let event = selectedEvent else { return [] }
        // The row must not slip away from under its outcome.
        events.pause()
        replaying.insert(event.sequence)
        return [.replay(sequence: event.sequence, eventID: event.eventID)]
    }

    private mutating func pollNow() -> [Command] {
        guard let current else { return [] }
        polling.insert(current)
        return [.pollNow(current)]
    }

    private mutating func askToDelete() -> [Command] {
        guard let instance else { return [] }
        return ask(
            "Delete \(instance.name)?",
            "Its configuration, its events and their deliveries go for good.",
            verb: "Delete",
            .deleteInstance(instance.id)
        )
    }

    private mutating func quit() -> [Command] {
        guard form.isDirty else { return [.quit] }
        let changes = Words.count(form.changes.count, "unsaved change")
        let words =
            form.instance == nil
            ? "What was filled in for the new instance will be lost." : "The form has \(changes)."
        return ask("Quit?", words, verb: "Quit", .quit)
    }

    /// Shows another instance, or a new one, after asking about changes.
    mutating func leaveForm(for id: InstanceID?) -> [Command] {
        guard form.isDirty, form.instance != nil || !form.isUntouched else { return turn(to: id) }
        let changes = Words.count(form.changes.count, "unsaved change")
        return ask("Leave this form?", "It has \(changes), which will be lost.", verb: "Leave", .leaveDraft(id))
    }

    mutating func turn(to id: InstanceID?) -> [Command] {
        show(instances?.first { $0.id == id })
        if id == nil { enter(.form) }
        return []
    }
}

extension Form {
    /// Whether a new instance's form is as it began.
    var isUntouched: Bool { instance == nil && changes.isEmpty }
}
