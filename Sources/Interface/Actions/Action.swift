package import Drawing

/// What a person can tell the dashboard to do.
package enum ActionID: String, Sendable, Hashable, CaseIterable {
    case applyDraft, discardDraft, testCallback
    case nextField, previousField
    case openDetail, closeDetail, nextTab, previousTab
    case replay, replayMany, replayJobs
    case copy, follow, nextFailure, previousFailure
    case selectUp, selectDown, pageUp, pageDown, first, last
    case pollNow, resumeCallback, switchInstance, toggleInstance
    case newInstance, connectAgain, deleteInstance
    case apex, deployApex, removeApex, exportApex, rotateSecret, copyReceiver, copyOutbound, apexReport
    case explain
    case focusForm, focusEvents, focusDetail, nextPane, previousPane
    case dismissToast, messageLog, themes, toggleMouse, redraw
    case palette, help, suspend, quit
}

/// Where an action's keys work.
package enum ActionContext: String, Sendable, Hashable, CaseIterable {
    case form = "Form"
    case events = "Events"
    case detail = "Detail"
    case everywhere = "Everywhere"
}

/// One line of the table from which keys, hints, help, palette and documentation come.
package struct Action: Sendable, Hashable {
    package let id: ActionID
    /// The first one is shown in hints.
    package let keys: [Key]
    /// Says what it does, as the palette and the help show it.
    package let title: String
    /// One or two words for the footer.
    package let hint: String
    package let contexts: Set<ActionContext>
    /// Whether the palette offers it; moving about is for keys alone.
    let isCommand: Bool

    init(
        _ id: ActionID,
        _ keys: [Key],
        _ title: String,
        hint: String,
        in contexts: Set<ActionContext>,
        isCommand: Bool = true
    ) {
        self.id = id
        self.keys = keys
        self.title = title
        self.hint = hint
        self.contexts = contexts
        self.isCommand = isCommand
    }
}
