import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let editAndReplay = ActionID("edit-and-replay")
}

/// Has a notification edited in the person's own editor, and replays what became of it once they have seen the changes.
struct EditFeature: Feature {
    static let actions: [Action] = [
        Action(
            .editAndReplay,
            [.character("v")],
            "Edit the notification in $EDITOR, and replay it changed",
            hint: "edit and replay",
            in: [.events, .detail]
        )
    ]

    /// The event whose body is being read.
    private var awaited: EventSummary?
    /// What is in the editor, or was there last.
    private var open: (event: EventSummary, body: [UInt8])?
    /// What a person wrote that was not sent: the editor begins with it next time.
    private var draft: (sequence: Int64, text: String)?

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        guard action == .editAndReplay else { return nil }
        guard let event = context.subject else { return context.missingSubject("Select an event to edit first.") }
        guard context.settings.canEdit else {
            return "No editor is known here; start Signalbox with EDITOR set, for instance EDITOR=nano."
        }
        return context.replayObstacle(of: event)
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .editAndReplay else { return false }
        guard let event = context.subject else { return true }
        if context.focus == .events, context.isFollowing { effects.perform(.follow) }
        if let open = context.openEvent, open.sequence == event.sequence, let detail = open.detail {
            edit(event, detail.body, &effects)
        } else {
            awaited = event
            effects.send(.loadDetail(sequence: event.sequence))
        }
        return true
    }

    private mutating func edit(_ event: EventSummary, _ body: [UInt8], _ effects: inout Effects) {
        open = (event, body)
        let text = draft.flatMap { $0.sequence == event.sequence ? $0.text : nil } ?? EditedBody.text(of: body)
        effects.send(.edit(sequence: event.sequence, text))
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .detail(let sequence, let result):
            guard let event = awaited, event.sequence == sequence else { return }
            awaited = nil
            switch result {
            case .success(let detail):
                effects.settle(.editing)
                edit(event, detail.body, &effects)
            case .failure(let failure):
                effects.say(.failure, "Nothing can be edited: \(failure.sentence)", on: .editing)
            }
        case .edited(let sequence, let result):
            guard let open, open.event.sequence == sequence else { return }
            self.open = nil
            switch result {
            case .failure(let failure):
                effects.say(.failure, "\(failure.sentence) Nothing was sent.", on: .editing)
            case .success(let text): accept(text, open, context, &effects)
            }
        // It arrived: the next edit begins with the original.
        case .replayed(let sequence, .success): if draft?.sequence == sequence { draft = nil }
        default: break
        }
    }

    private mutating func accept(
        _ text: String,
        _ open: (event: EventSummary, body: [UInt8]),
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch EditedBody.read(text, of: open.body) {
        case .unchanged:
            draft = nil
            effects.say(.info, "Nothing was changed, so nothing was sent.", on: .editing)
        case .wrong(let sentence):
            draft = (open.event.sequence, text)
            effects.say(
                .failure,
                "\(sentence) Nothing was sent; \(context.key(.editAndReplay)) goes on with your text.",
                on: .editing
            )
        case .changed(let body):
            effects.settle(.editing)
            draft = (open.event.sequence, text)
            effects.open(EditedReplay(open.event, body))
        }
    }
}
