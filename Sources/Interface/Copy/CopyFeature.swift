import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionID {
    static let copy = ActionID("copy")
    static let openRecord = ActionID("open-record")
}

/// Gets things out of the dashboard, one at a time: by the clipboard, or into the browser.
struct CopyFeature: Feature {
    static let actions: [Action] = [
        Action(
            .copy,
            [.character("y")],
            "Copy from the selected event, the marked ones or the form",
            hint: "copy",
            in: [.events, .detail, .form]
        ),
        Action(
            .openRecord,
            [.character("O")],
            "Open the record in Salesforce, in the browser",
            hint: "open record",
            in: [.events, .detail]
        ),
    ]

    /// What is being read to be copied.
    private var awaited: EventCopy?

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        switch action {
        case .copy where context.focus == .form: return nil
        case .copy: return CopyMenu(context: context).items.isEmpty ? context.missingSubject() : nil
        case .openRecord:
            guard let event = context.subject else { return context.missingSubject() }
            if case .failure(let failure) = context.recordAddress(of: event) { return failure.sentence }
            return context.settings.canOpen
                ? nil : "There is no browser here; \(context.key(.copy)) copies the address of the record."
        default: return nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .copy:
            // The row that it is about must not slip away.
            if context.focus == .events, context.isFollowing { effects.perform(.follow) }
            effects.open(Menu(title: "Copy", items: CopyMenu(context: context).items))
        case .openRecord:
            guard let event = context.subject, case .success(let address) = context.recordAddress(of: event) else {
                break
            }
            effects.send(.open(address))
            effects.say(.info, "Opening \(address).")
        default: return false
        }
        return true
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        guard let wanted = event as? EventCopy else { return }
        let sequence = wanted.event.sequence
        switch wanted.what {
        case .curl:
            awaited = wanted
            effects.send(.signRequest(eventID: wanted.event.eventID))
        case .record, .body:
            if let open = context.openEvent, open.sequence == sequence, let detail = open.detail {
                return copy(detail, wanted.what, &effects)
            }
            awaited = wanted
            effects.send(.loadDetail(sequence: sequence))
        }
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .detail(let sequence, let result):
            guard let wanted = awaited, wanted.what != .curl, wanted.event.sequence == sequence else { return }
            awaited = nil
            switch result {
            case .success(let detail): copy(detail, wanted.what, &effects)
            case .failure(let failure):
                effects.say(.failure, "Nothing was copied: \(failure.sentence)", on: .copying)
            }
        case .signed(let eventID, let result):
            guard let wanted = awaited, wanted.what == .curl, wanted.event.eventID == eventID else { return }
            awaited = nil
            switch result {
            case .success(let request):
                let what = "the curl command, its signature of \(context.clock(request.signedAt).string)"
                effects.send(.copy(CurlCommand.text(request), what: what))
            case .failure(let failure):
                effects.say(.failure, "Nothing was copied: \(failure.sentence)", on: .copying)
            }
        default: break
        }
    }

    private func copy(_ detail: EventDetail, _ what: EventCopy.What, _ effects: inout Effects) {
        switch what {
        case .record: effects.send(.copy(detail.event.record, what: "the record as JSON"))
        case .body: effects.send(.copy(String(decoding: detail.body, as: UTF8.self), what: "the notification body"))
        case .curl: break
        }
    }
}
