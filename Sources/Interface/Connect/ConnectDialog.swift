import Domain
import Drawing
import EngineAPI

extension ActionContext {
    static let connect = ActionContext.overlay("connect", "Connecting in the browser", including: [.text])
    /// The address that the browser opens has the focus.
    static let address = ActionContext.overlay("address", "Address for the browser")
}

extension ActionID {
    static let copyAddress = ActionID("copy-address")
    static let openAddress = ActionID("open-address")
    static let addressUp = ActionID("address-up")
    static let addressDown = ActionID("address-down")
}

extension ConnectDialog {
    static let actions: [Action] = [
        row(.copyAddress, [.character("y")], "Copy the address", hint: "copy"),
        row(.openAddress, [.character("o")], "Open the address in a browser", hint: "open"),
        row(.addressUp, [.up, .pageUp], "Up in a long address", hint: "up"),
        row(.addressDown, [.down, .pageDown], "Down in a long address", hint: "down"),
    ]

    private static func row(_ id: ActionID, _ keys: [Key], _ title: String, hint: String) -> Action {
        Action(id, keys, title, hint: hint, in: [.address], isCommand: false)
    }
}

/// Gets access through a person's browser and then applies a draft; lies over the dashboard until that is done.
struct ConnectDialog: Overlay {
    enum Phase: Sendable, Hashable {
        /// The address is being made.
        case beginning
        case waiting(BrowserAuthorization)
        /// What was pasted is being looked at.
        case checking(BrowserAuthorization)
        /// The code has come; the draft is being applied.
        case applying
        /// It came to nothing, for the reason in `problem`.
        case ended
    }

    /// What can have the focus, and be hit by the mouse.
    enum Focus: Sendable, Hashable {
        case address
        case reply
    }

    /// What is applied once access is granted.
    let draft: InstanceDraft
    /// Nil creates a new instance.
    let instance: InstanceID?
    /// Separates the answers to this attempt from those to earlier ones.
    private let token: Int
    private(set) var phase = Phase.beginning
    /// The number of the draft that is being applied.
    private var request: Int?
    private(set) var focus = Focus.address
    private(set) var reply = TextField()
    /// The last refusal, in one sentence.
    private(set) var problem: String?
    /// The first line of the address that is shown.
    private(set) var scroll = 0

    init(_ draft: InstanceDraft, instance: InstanceID?, token: Int) {
        self.draft = draft
        self.instance = instance
        self.token = token
    }

    var authorization: BrowserAuthorization? {
        switch phase {
        case .waiting(let authorization), .checking(let authorization): authorization
        case .beginning, .applying, .ended: nil
        }
    }

    func title(_ context: DashboardContext) -> String { instance == nil ? "Connect" : "Connect again" }

    func hints(_ context: DashboardContext) -> [Hint] {
        switch phase {
        case .waiting, .checking:
            if focus == .reply {
                return [.action(.submit, "hand in"), .action(.nextPane, "back"), .action(.close, "give up")]
            }
            let open: [Hint] = context.settings.canOpen ? [.action(.openAddress)] : []
            return [.action(.copyAddress)] + open + [.action(.nextPane, "paste"), .action(.close, "give up")]
        case .ended: return [.action(.submit, "again"), .action(.close)]
        case .beginning, .applying: return [.action(.close)]
        }
    }

    // MARK: Input

    func acceptsLetter(_ letter: Character) -> Bool { authorization != nil && focus == .reply }

    func contexts(_ context: DashboardContext) -> [ActionContext] {
        authorization != nil && focus == .address ? [.address, .connect] : [.connect]
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: giveUp(&effects)
        case .submit: enter(&effects)
        case .nextPane, .previousPane: if authorization != nil { focus = focus == .address ? .reply : .address }
        default:
            guard let authorization else { return false }
            if focus == .reply { return reply.perform(action) }
            return perform(action, at: authorization, context, &effects)
        }
        return true
    }

    private mutating func perform(
        _ action: ActionID,
        at authorization: BrowserAuthorization,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) -> Bool {
        switch action {
        case .copyAddress: effects.send(.copy(authorization.url, what: "the address"))
        case .openAddress:
            if context.settings.canOpen {
                effects.send(.open(authorization.url))
            } else {
                let key = context.table.keyName(.copyAddress, context.glyphs)
                let way = key.map { "; copy the address with \($0.string)" } ?? ""
                effects.say(.warning, "There is no display to open a browser on\(way).")
            }
        case .addressUp: scroll(by: -1, context)
        case .addressDown: scroll(by: 1, context)
        default: return false
        }
        return true
    }

    /// Terminals without bracketed paste send what is pasted as keys: it begins the field by itself.
    mutating func accept(stray letter: Character, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard authorization != nil else { return false }
        paste(String(letter), context, &effects)
        return true
    }

    private mutating func scroll(by rows: Int, _ context: DashboardContext) {
        let view = ConnectView(self, context)
        scroll = min(max(0, scroll + rows), max(0, view.address.count - view.addressRows))
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { scroll(by: rows.signum(), context) }

    /// What was pasted goes where it belongs, wherever the focus is; handing it in is a key of its own.
    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        guard authorization != nil else { return }
        focus = .reply
        reply.insert(text)
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let part = part as? Focus else { return }
        focus = part
        if part == .address {
            _ = perform(context.settings.canOpen ? .openAddress : .copyAddress, context, &effects)
        }
    }

    /// A click beside it must not end what a person does in the browser.
    mutating func pressOutside(_ context: DashboardContext, _ effects: inout Effects) {}

    private mutating func enter(_ effects: inout Effects) {
        switch phase {
        case .ended: effects.post(AccessRequested(draft: draft, instance: instance))
        case .waiting(let authorization):
            guard !reply.text.trimmed.isEmpty else {
                focus = .reply
                return
            }
            phase = .checking(authorization)
            problem = nil
            effects.send(.completeAuthorization(state: authorization.state, reply: reply.text))
        case .beginning, .checking, .applying: break
        }
    }

    /// Gives up; what is being applied already goes on.
    private func giveUp(_ effects: inout Effects) {
        effects.close()
        switch phase {
        case .applying: effects.say(.info, "Connecting goes on; a message will say how it ended.")
        case .beginning, .ended: break
        case .waiting(let authorization), .checking(let authorization):
            effects.say(.info, "Connecting was given up; nothing was changed.")
            effects.send(.cancelAuthorization(state: authorization.state))
        }
    }

    // MARK: Answers

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        // Another attempt has a dialog of its own.
        case is AccessRequested: effects.close()
        case let sent as DraftSent where phase == .applying && request == nil: request = sent.request
        default: break
        }
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .authorizationBegun(let token, let result) where token == self.token && phase == .beginning:
            accept(begun: result, &effects)
            effects.markShown()
        case .authorization(let state, let result):
            accept(result, of: state, isReply: false, context, &effects)
        case .authorizationReply(let state, let result):
            accept(result, of: state, isReply: true, context, &effects)
        case .saved(let request, _, let result) where phase == .applying && request == self.request:
            accept(saved: result, &effects)
        default: break
        }
    }

    private mutating func accept(begun result: Result<BrowserAuthorization, Failure>, _ effects: inout Effects) {
        switch result {
        case .success(let authorization):
            phase = .waiting(authorization)
            effects.send(.awaitAuthorization(state: authorization.state))
        case .failure(.rejected(let issues)):
            effects.close()
            effects.post(DraftRejected(issues: issues))
        case .failure(let failure): end(failure.sentence)
        }
    }

    /// `isReply`: what was pasted was looked at; else the browser's answer, or none yet.
    private mutating func accept(
        _ result: Result<AuthorizationProgress, Failure>,
        of state: String,
        isReply: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let authorization, authorization.state == state else { return }
        switch result {
        case .success(.granted):
            phase = .applying
            problem = nil
            reply = TextField()
            effects.post(AccessGranted(state: state, draft: draft, instance: instance))
        case .success(.refused(let reason)): end(reason)
        case .success(.waiting):
            if isReply {
                phase = .waiting(authorization)
            } else {
                effects.send(.awaitAuthorization(state: state))
            }
        case .failure(let failure):
            if isReply, context.now < authorization.expires {
                // Mistyped: the attempt goes on.
                phase = .waiting(authorization)
                problem = failure.sentence
                reply = TextField()
                focus = .reply
            } else {
                end(failure.sentence)
            }
        }
    }

    /// What became of the draft that was applied once access was granted.
    private mutating func accept(saved result: Result<InstanceOverview, Failure>, _ effects: inout Effects) {
        switch result {
        case .success(let overview):
            effects.close()
            effects.say(
                .success,
                "\(overview.name) is connected\(instance == nil ? "" : " again").",
                about: .source
            )
            effects.markShown()
        // The form shows what was refused, and asks about another org.
        case .failure(.rejected), .failure(.otherOrganization): effects.close()
        case .failure(let failure):
            end(failure.sentence)
            effects.markShown()
        }
    }

    private mutating func end(_ reason: String) {
        phase = .ended
        problem = reason
        focus = .address
        reply = TextField()
    }
}
