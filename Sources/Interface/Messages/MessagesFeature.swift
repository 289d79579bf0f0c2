import Drawing
import Primitives

extension ActionContext {
    /// While a failure stays on the screen.
    static let message = ActionContext("message", "While a failure is shown", .control)
    static let messages = ActionContext.overlay("messages", "Messages", including: [.reading])
}

extension ActionID {
    static let dismissMessage = ActionID("dismiss-toast")
    static let messageLog = ActionID("message-log")
}

/// What the dashboard says: messages at the lower right that go by themselves, and the log of all of them.
struct MessagesFeature: Feature {
    static let actions: [Action] = [
        Action(
            .dismissMessage,
            [.escape],
            "Dismiss a message",
            hint: "dismiss",
            in: [.message],
            isCommand: false,
            isSilent: true
        ),
        Action(
            .messageLog,
            [.ctrl("l")],
            "Show all messages",
            hint: "messages",
            in: [.everywhere, .messages],
            onlyShows: true
        ),
    ]
    static let outlivesEngine = true

    private(set) var log = MessageLog()

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .dismissMessage && log.shown.isEmpty ? "There is no message to dismiss." : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .dismissMessage:
            log.expire(at: context.due)
            log.dismissNewest()
        case .messageLog: effects.open(MessageLogOverlay())
        default: return false
        }
        return true
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        guard !context.isShownByOverlay else { return }
        switch message {
        case .report(let severity, let text): effects.say(severity, text)
        case .opened(.failure(let failure)): effects.say(.warning, failure.sentence)
        case .copied(let what, .success(.clipboard)): effects.say(.success, "Copied \(what).", on: .copying)
        case .copied(let what, .success(.terminal)):
            effects.say(.success, "Sent \(what) to the terminal's clipboard.", on: .copying)
        case .copied(let what, .success(.file(let path))):
            let words = "The terminal's clipboard can't take \(what); it stands in \(path)."
            effects.say(.warning, words, on: .copying)
        case .copied(let what, .failure(let failure)):
            effects.say(.failure, "Could not copy \(what): \(failure.sentence)", on: .copying)
        default: break
        }
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let announcement as Announcement: accept(announcement, context)
        case let settled as MatterSettled: log.settle(settled.matter)
        case let dismissed as MessagesDismissed:
            if let id = dismissed.id { log.dismiss(id) } else { log.dismissAll() }
        default: break
        }
    }

    private mutating func accept(_ announcement: Announcement, _ context: DashboardContext) {
        if announcement.isLogOnly {
            log.record(announcement.severity, announcement.text, at: context.now)
        } else {
            log.post(
                announcement.severity,
                announcement.text,
                at: context.now,
                due: context.due,
                about: announcement.topic,
                on: announcement.matter,
                isLasting: announcement.isLasting,
                isSmall: context.settings.size.height < 20
            )
        }
    }

    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) { log.expire(at: context.due) }

    func publish(to context: inout DashboardContext) {
        context.messages = log
    }

    func deadline(_ context: DashboardContext) -> Timestamp? { log.nextDeadline }
}
