import Domain
import Drawing
import EngineAPI
import Primitives

/// The lines of the form, laid out anew only when something has changed that they depend on: wrapping their words costs more
/// than drawing them, and the form stands beside the list while thousands of events arrive.
struct FormLayout: Sendable {
    /// All that the lines depend on.
    struct Input: Sendable, Hashable {
        /// What is told of the instance that the form is about.
        struct Instance: Sendable, Hashable {
            let receiverURL: String
            let isDisabled: Bool
            let backfills: [BackfillProgress]
        }

        let form: Form
        let width: Int
        let instance: Instance?
        /// The API calls that the org allows in a day.
        let allowedCalls: Int?
        /// How the keys of two actions are named.
        let tickKey: String
        let apexKey: String
        /// How the instance is enabled.
        let enablingWay: String

        init(_ form: Form, width: Int, _ context: DashboardContext) {
            self.form = form
            self.width = width
            instance = context.instance.flatMap { instance in
                form.instance == instance.id
                    ? Instance(
                        receiverURL: instance.receiverURL,
                        isDisabled: instance.isDisabled,
                        backfills: instance.backfills
                    ) : nil
            }
            allowedCalls = context.instance?.apiUsage?.allowed
            tickKey = context.key(.tickOrAdd)
            apexKey = context.key(.apex)
            enablingWay = context.enablingWay
        }
    }

    let input: Input
    let rows: [FormRow]

    init(_ input: Input) {
        self.input = input
        rows = input.form.fields.flatMap(input.rows)
    }
}

extension FormLayout.Input {
    fileprivate func rows(of field: FieldID) -> [FormRow] {
        var rows: [FormRow] = []
        func add(_ content: FormRow.Content) { rows.append(FormRow(field: field, content: content)) }
        func addNote(_ text: String, _ role: StyleRole = .dim) {
            for line in DisplayText(text).wrapped(to: width - 5) { add(.note(line, role)) }
        }
        switch field {
        case .setting(.eventsEnabled):
            add(.line)
            if instance?.isDisabled == true {
                addNote("The instance is disabled, whatever this says; \(enablingWay).", .statusWarn)
            }
        case .setting(.eventType):
            add(.line)
            addSwitch(addNote)
            if form.eventType == .webhooks { addReceiver(addNote) }
        case .setting(.firstRun):
            add(.line)
            addFirstPoll(addNote)
        case .setting(.refreshInterval):
            add(.label(trailing: ""))
            add(.control)
            addNote(forecast)
        case .setting(.objects):
            add(.label(trailing: form.objects.countText))
            add(.objectFilter)
            for index in form.objects.visibleRange { add(.object(index)) }
            if form.objects.shown.isEmpty || form.objects.isNameTyped, let offer = form.objects.offer(key: tickKey) {
                addNote(offer)
            }
            if form.objects.value.isEmpty {
                addNote("None ticked: Account, Lead, Contact and Opportunity are watched.")
            }
            if case .failed(let reason) = form.objects.catalog { addNote(reason, .statusWarn) }
            if case .loading = form.objects.catalog { addNote("Asking the org for its objects…") }
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
            // What the callback itself says of it tells more than the status.
            if case .answered(let attempt)? = form.test, attempt.outcome.errorText != nil {
                let answer = FailureGroup.start(of: attempt.responseBody)
                if !answer.isEmpty { addNote(answer, .statusFail) }
            }
        }
        if form.overtaken[field] != nil, let words = form.overtakenBy[field] {
            addNote("Changed elsewhere; in force now: \(words)", .statusWarn)
        }
        return rows
    }

    private func addReceiver(_ note: (String, StyleRole) -> Void) {
        guard let instance, !instance.receiverURL.isEmpty else {
            note("Apply first: the receiver's address is made with the instance.", .dim)
            return
        }
        note("Apex in the org posts to:", .dim)
        note(instance.receiverURL, .link)
        note("\(apexKey) shows, exports and deploys that Apex.", .dim)
    }

    /// What applying a change of the event type will do, said before.
    private func addSwitch(_ note: (String, StyleRole) -> Void) {
        let before = form.instance == nil ? nil : form.base.configuration
        guard let sentence = form.switchConsequence(before: before, apexKey: apexKey) else { return }
        note(sentence, .statusInfo)
        if form.eventType == .webhooks, let instance, HTTPAddress.isLoopback(instance.receiverURL),
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
        guard let instance else { return }
        for backfill in instance.backfills { note("\(backfill.object): \(backfill.readWords)", .statusInfo) }
    }

    /// What the interval costs: `≈ 288 of 100,000 API calls a day`.
    private var forecast: String {
        guard let minutes = form.interval.value else { return " " }
        let watched = form.objects.value.isEmpty ? InstanceConfiguration.defaultObjects.count : form.objects.value.count
        let calls = (watched + 4) / 5 * 1440 / minutes
        let day = "≈ \(calls.grouped)"
        let noun = calls == 1 ? "API call" : "API calls"
        guard let allowed = allowedCalls, allowed > 0 else { return "\(day) \(noun) a day" }
        return "\(day) of \(allowed.grouped) API calls a day"
    }
}
