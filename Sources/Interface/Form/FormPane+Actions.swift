import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let applyDraft = ActionID("applyDraft")
    static let discardDraft = ActionID("discardDraft")
    static let testCallback = ActionID("testCallback")
    static let nextField = ActionID("nextField")
    static let previousField = ActionID("previousField")
}

extension FormPane {
    static let actions: [Action] = [
        Action(.applyDraft, [.ctrl("s")], "Apply the changes of the form", hint: "apply", in: [.form, .everywhere]),
        Action(.discardDraft, [.escape], "Discard the changes of the form", hint: "discard", in: [.form]),
        Action(
            .testCallback,
            [.ctrl("t"), .character("t")],
            "Send a test notification to the callback URL",
            hint: "test callback",
            in: [.form, .everywhere]
        ),
        Action(.nextField, [.tab, .down], "Go to the next field", hint: "next field", in: [.form], isCommand: false),
        Action(
            .previousField,
            [.backTab, .up],
            "Go to the previous field",
            hint: "previous field",
            in: [.form],
            isCommand: false
        ),
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .applyDraft:
            if form.applying != nil { return "The last changes are still being applied." }
            if form.instance != nil, !form.isDirty { return "Nothing to apply: the form has no changes." }
            return nil
        case .discardDraft: return form.isDirty ? nil : "Nothing to discard: the form has no changes."
        case .testCallback:
            let field = FieldID.setting(.callbackURL)
            if form[text: field].text.trimmed.isEmpty { return "Fill in the callback URL first, then test it." }
            if case .running = form.test { return "A test notification is on its way." }
            return form.fault(of: field)
        default: return nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .applyDraft: apply(&effects)
        case .discardDraft:
            effects.ask(
                "Discard changes?",
                "\(Words.count(form.changes.count, "unsaved change")) of the form will be lost.",
                verb: "Discard",
                then: [.post(DraftDiscarded())]
            )
        case .testCallback:
            let draft = form.draft.configuration
            form.test = .running(url: draft.callbackURL)
            effects.send(
                .testCallback(url: draft.callbackURL, signatureKey: draft.signatureKey, instance: form.instance)
            )
        case .nextField: _ = form.advance(by: 1)
        case .previousField: _ = form.advance(by: -1)
        default: return false
        }
        return true
    }
}
