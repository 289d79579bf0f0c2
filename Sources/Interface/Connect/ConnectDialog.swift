import Domain
import Drawing
import EngineAPI

/// Gets access through a person's browser and then applies a draft; lies over the dashboard until that is done.
struct ConnectDialog: Sendable {
    enum Phase: Sendable, Hashable {
        /// The address is being made.
        case beginning
        case waiting(BrowserAuthorization)
        /// What was pasted is being looked at.
        case checking(BrowserAuthorization)
        /// Access is granted; the draft is being applied.
        case applying
        /// It came to nothing, for the reason in `problem`.
        case ended
    }

    enum Focus: Sendable, Hashable {
        case address
        case reply
    }

    /// What is applied once access is granted.
    let draft: InstanceDraft
    /// Nil creates a new instance.
    let instance: InstanceID?
    /// Tells this attempt's answers from those of earlier ones.
    var token: Int
    var phase = Phase.beginning
    var focus = Focus.address
    var reply = TextField()
    /// The last refusal, in one sentence.
    var problem: String?
    /// The first line of the address that is shown.
    var scroll = 0

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

    /// What was pasted goes where it belongs, wherever the focus is; handing it in is a key of its own.
    mutating func paste(_ text: String) {
        guard authorization != nil else { return }
        focus = .reply
        reply.insert(text)
    }

    mutating func end(_ reason: String) {
        phase = .ended
        problem = reason
        focus = .address
        reply = TextField()
    }
}

/// What a granted authorization is good for, while a refused setting is being mended.
struct GrantedAccess: Sendable, Hashable {
    let state: String
    let baseURL: String
    let apiKey: Secret
    let instance: InstanceID?

    init(state: String, draft: InstanceDraft, instance: InstanceID?) {
        self.state = state
        baseURL = draft.configuration.baseURL
        apiKey = draft.configuration.apiKey
        self.instance = instance
    }

    func fits(_ draft: InstanceDraft, _ instance: InstanceID?) -> Bool {
        self == GrantedAccess(state: state, draft: draft, instance: instance)
    }
}
