import Domain
import Drawing
import EngineAPI
import Primitives

/// One line of the form, so that scrolling, drawing and the mouse agree on where things are.
struct FormRow: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        /// A label with its control in the same line.
        case line
        /// A label above its control, with words at the right.
        case label(trailing: String)
        /// The control below a label.
        case control
        /// A fold with its sections' fields below.
        case section
        case objectFilter
        /// A row of the checklist, by its place in `ObjectList.shown`.
        case object(Int)
        case fault(DisplayText, isFirst: Bool)
        case note(DisplayText, StyleRole)
        case testState
        case blank
    }

    let field: FieldID
    let content: Content
}

extension State {
    /// The lines of the form at a width.
    func formRows(width: Int) -> [FormRow] {
        form.fields.flatMap { field in rows(of: field, width: width) }
    }

    private func rows(of field: FieldID, width: Int) -> [FormRow] {
        var rows: [FormRow] = []
        func add(_ content: FormRow.Content) { rows.append(FormRow(field: field, content: content)) }
        func note(_ text: String, _ role: StyleRole = .dim) {
            for line in DisplayText(text).wrapped(to: width - 5) { add(.note(line, role)) }
        }
        switch field {
        case .setting(.eventType):
            add(.line)
            addSwitch(note)
            if form.eventType == .webhooks { addReceiver(note) }
        case .setting(.firstRun):
            add(.line)
            addFirstPoll(note)
        case .setting(.refreshInterval):
            add(.label(trailing: ""))
            add(.control)
            note(forecast)
        case .setting(.objects):
            add(.label(trailing: form.objects.countText))
            add(.objectFilter)
            for index in form.objects.visibleRange { add(.object(index)) }
            if form.objects.shown.isEmpty { note("No such object. Enter adds what is typed.") }
            if form.objects.value.isEmpty { note("None ticked: Account, Lead, Contact and Opportunity are watched.") }
            if case .failed(let reason) = form.objects.catalog { note(reason, .statusWarn) }
            if case .loading = form.objects.catalog { note("Asking the org for its objects…") }
        case .setting(let key):
            switch key.setting.kind {
            case .flag, .number, .choice, .start: add(.line)
            case .text, .objects:
                add(.label(trailing: ""))
                add(.control)
            }
        case .firstPollSince: add(.line)
        case .connection, .optional:
            add(.blank)
            add(.section)
        case .code, .name, .tags:
            add(.label(trailing: ""))
            add(.control)
        }
        if let fault = form.faults[field] {
            for (index, line) in DisplayText(fault).wrapped(to: width - 5).enumerated() {
                add(.fault(line, isFirst: index == 0))
            }
        } else if field == .setting(.callbackURL) {
            add(.testState)
        }
        return rows
    }

    private func addReceiver(_ note: (String, StyleRole) -> Void) {
        guard let instance, form.instance == instance.id, !instance.receiverURL.isEmpty else {
            note("Apply first: the receiver's address is made with the instance.", .dim)
            return
        }
        note("Apex in the org posts to:", .dim)
        note(instance.receiverURL, .link)
        note("\u{201C}a\u{201D} shows, exports and deploys that Apex.", .dim)
    }

    /// What applying a change of the event type will do, said before.
    private func addSwitch(_ note: (String, StyleRole) -> Void) {
        let before = form.instance == nil ? nil : form.base.configuration
        guard let sentence = form.switchConsequence(before: before) else { return }
        note(sentence, .statusInfo)
        if form.eventType == .webhooks, let instance, form.instance == instance.id,
            HTTPAddress.isLoopback(instance.receiverURL),
            !HTTPAddress.isLoopback(form[text: .setting(.baseURL)].text.trimmed)
        {
            note(
                "The org can't reach \(HTTPAddress.authority(of: instance.receiverURL) ?? "this machine"): start Signalbox "
                    + "with --receiver-url and its public address.",
                .statusWarn
            )
        }
    }

    /// What a changed first poll means for an instance that has polled, and how far one that reads everything is.
    private func addFirstPoll(_ note: (String, StyleRole) -> Void) {
        if form.firstPoll == .backfill, form.instance == nil || form.isChanged(.setting(.firstRun)) {
            note("Every record of each object is reported once, as created.", .dim)
        }
        if form.instance != nil, form.isChanged(.setting(.firstRun)) || form.isChanged(.firstPollSince) {
            note("Objects that were polled already are not read again.", .statusWarn)
        }
        guard let instance, form.instance == instance.id else { return }
        for backfill in instance.backfills { note("\(backfill.object): \(backfill.countWords) read", .statusInfo) }
    }

    /// What the interval costs: `≈ 288 of 100,000 API calls a day`.
    private var forecast: String {
        guard let minutes = form.interval.value else { return " " }
        let watched = form.objects.value.isEmpty ? InstanceConfiguration.defaultObjects.count : form.objects.value.count
        let calls = (watched + 4) / 5 * 1440 / minutes
        let day = "≈ \(calls.grouped)"
        let noun = calls == 1 ? "API call" : "API calls"
        guard let allowed = instance?.apiUsage?.allowed, allowed > 0 else { return "\(day) \(noun) a day" }
        return "\(day) of \(allowed.grouped) API calls a day"
    }
}

extension DashboardLayout {
    /// The rows of the form's lines: less the border, the help and the state of the draft.
    func formContent(_ state: State) -> Rect? {
        guard let form else { return nil }
        let inner = form.inset(x: 1, y: 1)
        return inner.inset(bottom: inner.height >= 12 ? 4 : 1)
    }

    /// What the form needs to know to keep its focus in view.
    func formRows(_ state: State) -> (rows: [FormRow], height: Int)? {
        guard let content = formContent(state) else { return nil }
        return (state.formRows(width: content.width), content.height)
    }
}

extension Form {
    /// Keeps the scroll inside the lines, and the focused field in view if it has to be.
    mutating func settleScroll(_ view: (rows: [FormRow], height: Int)?) {
        guard let view, view.height > 0 else { return }
        if needsReveal { reveal(view) }
        needsReveal = false
        scroll = min(max(0, scroll), max(0, view.rows.count - view.height))
    }

    /// Scrolls as little as it takes to show all lines of the focused field.
    private mutating func reveal(_ view: (rows: [FormRow], height: Int)) {
        let own = view.rows.indices.filter { view.rows[$0].field == focus }
        if let lower = own.first, let upper = own.last {
            if upper >= scroll + view.height { scroll = upper - view.height + 1 }
            if lower < scroll { scroll = lower }
            // A field taller than the pane: its cursor's line is what matters.
            if focus == .setting(.objects), upper - lower >= view.height,
                let line = own.first(where: { view.rows[$0].content == .object(objects.cursor) }),
                line >= scroll + view.height
            {
                scroll = line - view.height + 1
            }
        }
    }
}
