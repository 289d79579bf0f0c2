import Domain
import Drawing

extension State {
    /// Gives input to what has the focus.
    mutating func take(_ event: InputEvent) -> [Command] {
        switch event {
        case .key(let key): return take(key)
        case .paste(let text):
            insert(text)
            return []
        case .mouse(let event): return take(event)
        case .resize(let size):
            settings.size = size
            drag = nil
            return []
        case .focus: return []
        }
    }

    private mutating func take(_ key: Key) -> [Command] {
        switch key {
        case .ctrl("z"): return [.suspend]
        // Twice always works, whatever lies over the dashboard.
        case .ctrl("c"):
            if case .confirmation(let question) = overlays.last, question.consequence == .quit { return [.quit] }
            return perform(.quit)
        default: break
        }
        if !overlays.isEmpty { return takeInOverlay(key) }
        if key == .escape, let toast = notices.toasts.last, toast.expires == nil {
            notices.dismiss(toast.id)
            return []
        }
        switch focus {
        case .form:
            guard DashboardLayout(self).form != nil else { break }
            if form.handle(key) { return [] }
            if let command = takeInForm(key) { return command }
        case .events, .detail: break
        }
        guard let action = ActionTable.action(for: key, in: context) else { return [] }
        return attempt(action.id)
    }

    /// The context whose keys and hints are in force.
    var context: ActionContext {
        switch focus {
        case .form: .form
        case .events: .events
        case .detail: .detail
        }
    }

    /// Moves the focus through the form, and out of it at its ends.
    private mutating func takeInForm(_ key: Key) -> [Command]? {
        switch key {
        case .tab: if !form.advance(by: 1) { enter(.events) }
        case .backTab: if !form.advance(by: -1) { enter(detail == nil ? .events : .detail) }
        case .down, .enter: _ = form.advance(by: 1)
        case .up: _ = form.advance(by: -1)
        case .escape:
            if form.isDirty { return attempt(.discardDraft) }
            enter(.events)
        default: return nil
        }
        return []
    }

    /// Puts the focus on a pane.
    mutating func enter(_ pane: Pane) {
        if focus == .form, pane != .form { form.leave(form.focus) }
        focus = pane == .detail && detail == nil ? .events : pane
    }

    /// Does an action, or says why not.
    mutating func attempt(_ id: ActionID) -> [Command] {
        if let obstacle = obstacle(to: id) {
            // As long as the key repeats, the second begins anew.
            if id == .replay, isRepeatedReplay { lastReplay?.at = now }
            // Esc with nothing to do is no mistake.
            if id != .dismissToast, id != .closeDetail { say(.warning, obstacle) }
            return []
        }
        return perform(id)
    }
}
