import Domain
import Drawing
import EngineAPI

extension PaneID {
    static let form = PaneID("Form")
}

/// The event configuration: the form, how it is tested, and how its draft is applied.
struct FormPane: Pane {
    /// What the mouse hits.
    enum Part: Sendable, Hashable {
        case field(FieldID)
        /// The room of a text field's letters.
        case text(FieldID, Rect)
        case slider(Rect)
        /// A row of the checklist.
        case object(Int)
    }

    static let id = PaneID.form
    static let place = PanePlace.side
    static let context = ActionContext.form

    var form = Form()
    /// Access that was granted for a draft that was refused for another reason.
    var granted: GrantedAccess?
    /// Whether access was asked for last to connect an instance again, with what is in force, rather than for the form.
    var asksAgain = false
    /// The number of the last draft that was sent.
    var lastRequest = 0
    /// Of those that have not been answered, the ones that connect an instance again.
    var reconnecting: Set<Int> = []
    /// The number of what the form waits for; nil: nothing. Other answers come when it is about another instance by now.
    var awaited: Int?
    /// The slider's track, while its knob is dragged.
    private var track: Rect?
    /// The lines as they were laid out last.
    private var layout: FormLayout?
    /// How the callback of a new instance was tested, for the form of what became of it.
    var carried: (instance: InstanceID, test: Form.CallbackTest)?
    /// The state of the source when it was last read.
    private var sourceWord: String?

    func title(_ context: DashboardContext) -> String {
        form.faults[form.focus] == nil ? form.focus.label : "\(form.focus.label), invalid"
    }

    func hints(_ context: DashboardContext) -> [Hint] {
        let isCallback = form.focus == .setting(.callbackURL)
        let test: [Hint] = isCallback ? [.action(.testCallback)] : []
        let choices: [Hint] = if case .choice = form.controls[form.focus] { [.action(.openChoices)] } else { [] }
        return [.action(.applyDraft, form.instance == nil ? "connect" : nil)] + test + choices
            + [.action(.leaveField, leaveWords(context)), .action(.nextPane, "next field"), .action(.palette)]
    }

    /// What Esc would do now.
    func leaveWords(_ context: DashboardContext) -> String {
        var form = form
        if form.revert(form.focus) { return "take back" }
        if form.isDirty { return "discard" }
        return form.instance == nil && context.instances.wayBack != nil ? "back" : "events"
    }

    func publish(to context: inout DashboardContext) {
        context.isApplying = form.applying != nil
        context.formInstance = form.instance
        if context.focus == Self.id { context.formDraft = form.draft }
    }

    func unsavedWork(_ context: DashboardContext) -> UnsavedWork? {
        let count = form.unsaved.count
        guard count > 0 else { return nil }
        let changes = Words.count(count, "unsaved change")
        return UnsavedWork(
            onLeaving: "It has \(changes), which will be lost.",
            onQuitting: form.instance == nil
                ? "What was filled in for the new instance will be lost." : "The form has \(changes)."
        )
    }

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) {
        let test = carried.flatMap { $0.instance == instance?.id ? $0.test : nil }
        carried = nil
        form = instance.map { Form($0) } ?? Form(beside: context.instances.list ?? [])
        form.test = test
        form.offersPassword = context.settings.allowsPasswordGrant
        granted = nil
        awaited = nil
        sourceWord = instance?.source.word
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard let current = context.instances.current, form.instance == current, case .unknown = form.objects.catalog,
            context.instance?.isConnected == true
        else { return [] }
        form.objects.startLoading()
        return [.describeObjects(current)]
    }

    // MARK: Focus and place

    mutating func gainFocus(step: Int?) {
        guard let step, let field = step > 0 ? form.fields.first : form.fields.last else { return }
        form.focus(field)
    }

    mutating func loseFocus() { form.leave(form.focus) }

    mutating func reveal() { form.needsReveal = true }

    mutating func settle(in rect: Rect?, _ context: DashboardContext) {
        guard let rect else { return }
        let content = content(of: rect, context)
        var laidOut = layout(width: content.width, context)
        layout = laidOut
        // The objects have what the other fields leave.
        let others = laidOut.rows.count - form.objects.visibleRange.count
        form.objects.fit(rows: content.height - others)
        laidOut = layout(width: content.width, context)
        layout = laidOut
        form.settleScroll(laidOut.rows, height: content.height)
    }

    /// The lines at a width: those that were laid out last, as long as they hold.
    func layout(width: Int, _ context: DashboardContext) -> FormLayout {
        let input = FormLayout.Input(form, width: width, context)
        if let layout, layout.input == input { return layout }
        return FormLayout(input)
    }

    // MARK: Keys and mouse

    func acceptsLetter(_ letter: Character) -> Bool { form.acceptsLetter(letter) }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        form.paste(text)
        if form.focus == .setting(.objects) {
            effects.warn(ifCut: form.objects.filter)
        } else {
            effects.warn(ifCut: form[text: form.focus])
        }
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch part as? Part {
        case .field(let field): press(field, hadFocus: hadFocus)
        case .text(let field, let box):
            press(field, hadFocus: hadFocus)
            guard case .text(var text) = form.controls[field] else { return }
            text.move(to: text.position(ofColumn: point.x - box.x, width: box.width))
            form.controls[field] = .text(text)
        case .slider(let track):
            press(.setting(.refreshInterval), hadFocus: hadFocus)
            self.track = track
            drag(to: point)
        case .object(let index):
            press(.setting(.objects), hadFocus: hadFocus)
            form.objects.toggle(at: index)
        case nil: break
        }
    }

    private mutating func press(_ field: FieldID, hadFocus: Bool) {
        let wasFocused = hadFocus && form.focus == field
        form.focus(field)
        switch form.controls[field] {
        case .toggle: _ = form.perform(.flip)
        case .choice: if wasFocused { _ = form.perform(.raise) }
        case .text, .secret: break
        case nil: if field == .connection || field == .optional { _ = form.perform(.flip) }
        }
    }

    mutating func drag(to point: Point) {
        guard let track, track.width > 1 else { return }
        form.interval.drag(to: Double(point.x - track.x) / Double(track.width - 1))
    }

    mutating func release() { track = nil }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let isOverObject = parts.contains { if case .object? = $0 as? Part { true } else { false } }
        if isOverObject { form.objects.scroll(by: rows) } else { form.scroll += rows }
    }

    // MARK: What it hears

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .instances(.success(let list)): accept(list, context, &effects)
        case .objects(let id, let result):
            guard form.instance == id else { break }
            switch result {
            case .success(let objects): form.objects.load(objects)
            case .failure(let failure): form.objects.fail(failure.sentence)
            }
        case .saved(let request, let instance, let result):
            accept(saved: result, request, for: instance, context, &effects)
        case .keyRead(let path, let result): accept(key: result, from: path, &effects)
        case .tested(let url, let result): accept(tested: result, url, &effects)
        default: break
        }
    }

    private mutating func accept(_ list: [InstanceOverview], _ context: DashboardContext, _ effects: inout Effects) {
        if let current = context.instances.current {
            guard let overview = list.first(where: { $0.id == current }) else { return }
            form.refresh(overview)
            // A source that came back may know its objects now.
            if overview.source.word != sourceWord { form.objects.retryAfterFailure() }
            sourceWord = overview.source.word
        } else if context.instances.list?.isEmpty == true, let first = list.first, !form.isDirty,
            form.applying == nil
        {
            // A new form that nobody has touched gives way to an instance that was made elsewhere.
            effects.show(first.id, focus: .events)
        }
    }

    private mutating func accept(
        tested result: Result<Attempt, Failure>,
        _ url: String,
        _ effects: inout Effects
    ) {
        guard case .running(url) = form.test else { return }
        switch result {
        case .success(let attempt):
            form.test = .answered(attempt)
            if let error = attempt.failureSentence {
                let words = Words.sentence("Test notification to \(url) failed: \(error)")
                effects.say(.failure, words, on: .testing(form.instance))
            } else {
                // The form shows it.
                effects.settle(.testing(form.instance))
            }
        case .failure(let failure):
            form.test = .failed(failure.sentence)
            effects.say(.failure, "Test notification: \(failure.sentence)", on: .testing(form.instance))
        }
    }
}
