import Domain
import Drawing
import EngineAPI

extension ActionContext {
    static let form = ActionContext.pane(.form, including: [.text])
    static let toggle = ActionContext.control("switch", "Switches of the form")
    static let choice = ActionContext.control("selector", "Selectors of the form")
    static let fold = ActionContext.control("fold", "Folded parts of the form")
    static let slider = ActionContext.control("slider", "Refresh interval")
    static let objects = ActionContext.control("objects", "Objects to monitor", including: [.list])
    static let callbackField = ActionContext.control("callback-url", "Callback URL")
}

extension ActionID {
    static let applyDraft = ActionID("apply")
    static let discardDraft = ActionID("discard")
    static let testCallback = ActionID("test-callback")
    static let nextField = ActionID("next-field")
    static let previousField = ActionID("previous-field")
    static let finishField = ActionID("finish-field")
    static let leaveField = ActionID("take-back")
    static let lower = ActionID("lower")
    static let raise = ActionID("raise")
    static let lowerMuch = ActionID("lower-much")
    static let raiseMuch = ActionID("raise-much")
    static let lowest = ActionID("lowest")
    static let highest = ActionID("highest")
    static let flip = ActionID("switch")
    static let openChoices = ActionID("open-choices")
    static let tick = ActionID("tick")
    static let tickAll = ActionID("tick-all")
    static let tickOrAdd = ActionID("tick-or-add")
    static let revealSecret = ActionID("reveal-secret")
}

extension FormPane {
    static let actions: [Action] =
        [
            Action(.applyDraft, [.ctrl("s")], "Apply the changes of the form", hint: "apply"),
            Action(.discardDraft, [], "Discard the changes of the form", hint: "discard", in: [.form]),
            Action(
                .testCallback,
                [.ctrl("t")],
                "Send a test notification to the callback URL",
                hint: "test callback",
                in: [.callbackField]
            ),
        ] + moving + controlling

    private static let moving: [Action] = [
        .keyed(
            .nextField,
            [.down],
            "Go to the next field",
            hint: "next field",
            in: [.form, .replayDialog, .exportDialog]
        ),
        .keyed(
            .previousField,
            [.up],
            "Go to the previous field",
            hint: "previous field",
            in: [.form, .replayDialog, .exportDialog]
        ),
        .keyed(.finishField, [.enter], "Done with the field: go to the next", hint: "next field", in: [.form]),
        .keyed(
            .leaveField,
            [.escape],
            "Take back the edit of the field; without one, discard or leave",
            hint: "take back",
            in: [.form]
        ),
        .keyed(.revealSecret, [.ctrl("r")], "Show the secret that was typed, or mask it", hint: "show", in: [.form]),
    ]

    private static let controlling: [Action] = [
        .keyed(
            .lower,
            [.left],
            "Less, off, folded, or the one before",
            hint: "less",
            in: [.toggle, .choice, .fold, .slider, .rate, .question, .exportFormat]
        ),
        .keyed(
            .raise,
            [.right],
            "More, on, unfolded, or the next one",
            hint: "more",
            in: [.toggle, .choice, .fold, .slider, .rate, .question, .exportFormat]
        ),
        .keyed(
            .lowerMuch,
            [.pageDown, Key(.left, .shift), Key(.left, .ctrl)],
            "Much less",
            hint: "less",
            in: [.slider]
        ),
        .keyed(
            .raiseMuch,
            [.pageUp, Key(.right, .shift), Key(.right, .ctrl)],
            "Much more",
            hint: "more",
            in: [.slider]
        ),
        .keyed(.lowest, [.home], "The least", hint: "least", in: [.slider]),
        .keyed(.highest, [.end], "The most", hint: "most", in: [.slider]),
        .keyed(.flip, [.space, .enter], "Switch it, or fold it", hint: "switch", in: [.toggle, .fold]),
        .keyed(.openChoices, [.enter, .space], "Open the list of choices", hint: "choices", in: [.choice]),
        .keyed(.tickOrAdd, [.enter], "Tick the object, or add the names that were typed", hint: "tick", in: [.objects]),
        .keyed(.tick, [.space], "Tick the object, or clear it", hint: "tick", in: [.objects]),
        .keyed(.tickAll, [.ctrl("a")], "Tick all objects that are shown, or clear them", hint: "all", in: [.objects]),
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .applyDraft:
            if form.applying != nil { return "The last changes are still being applied." }
            guard form.instance != nil, !form.isDirty else { return nil }
            return "Nothing to apply: the form has no changes."
        case .discardDraft: return form.isDirty ? nil : "Nothing to discard: the form has no changes."
        case .testCallback:
            let field = FieldID.setting(.callbackURL)
            if form[text: field].text.trimmed.isEmpty { return "Fill in the callback URL first, then test it." }
            if case .running = form.test { return "A test notification is on its way." }
            return form.fault(of: field)
        default: return nil
        }
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] {
        let control: ActionContext? =
            switch form.focus {
            case .connection, .optional: .fold
            case .setting(.refreshInterval): .slider
            case .setting(.objects): .objects
            case .setting(.callbackURL): .callbackField
            default:
                switch form.controls[form.focus] {
                case .toggle: .toggle
                case .choice: .choice
                case .text, .secret, nil: nil
                }
            }
        return [control, Self.context].compactMap { $0 }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .applyDraft: apply(&effects)
        case .discardDraft: askToDiscard(&effects)
        case .testCallback:
            let draft = form.draft.configuration
            form.test = .running(url: draft.callbackURL)
            effects.send(
                .testCallback(url: draft.callbackURL, signatureKey: draft.signatureKey, instance: form.instance)
            )
        default:
            guard context.focus == Self.id else { return false }
            return form.perform(action) || move(action, context, &effects)
        }
        return true
    }

    /// Moves among the fields.
    private mutating func move(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .nextPane: if !form.advance(by: 1) { effects.turnPane(by: 1) }
        case .previousPane: if !form.advance(by: -1) { effects.turnPane(by: -1) }
        case .nextField, .finishField: _ = form.advance(by: 1)
        case .previousField: _ = form.advance(by: -1)
        case .openChoices: openChoices(&effects)
        case .leaveField:
            if form.revert(form.focus) { break }
            if form.isDirty {
                askToDiscard(&effects)
            } else if form.instance == nil, form.applying == nil, let back = context.instances.wayBack {
                // Nothing was filled in: there is no new instance.
                effects.show(back.id, focus: .events)
            } else {
                effects.focus(.events)
            }
        default: return false
        }
        return true
    }

    private func openChoices(_ effects: inout Effects) {
        let field = form.focus
        guard case .choice(let word) = form.controls[field] else { return }
        let choices = form.choices(field)
        let items = choices.map { choice in
            Menu.Item(title: field.shown(choice), choice: .post(FieldChosen(field: field, word: choice)))
        }
        effects.open(Menu(title: field.label, items: items, selection: choices.firstIndex(of: word) ?? 0))
    }

    /// Says which fields would lose what was typed.
    private func askToDiscard(_ effects: inout Effects) {
        let changes = form.unsaved
        let named = changes.prefix(3).map(\.label).joined(separator: ", ")
        let more = changes.count > 3 ? " and \(changes.count - 3) more" : ""
        effects.ask(
            "Discard changes?",
            "\(Words.count(changes.count, "unsaved change")) of the form will be lost: \(named)\(more) "
                + "\(changes.count == 1 ? "goes" : "go") back to what is in force.",
            verb: "Discard",
            then: [.post(DraftDiscarded())]
        )
    }
}

/// Posted where a person wants to go to a field of the form.
struct FieldSought: DashboardEvent {
    let field: FieldID
}

/// Posted by the list of a selector's choices.
struct FieldChosen: DashboardEvent {
    let field: FieldID
    let word: String
}
