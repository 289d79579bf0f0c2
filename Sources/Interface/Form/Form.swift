import Domain
import Drawing

/// The event configuration being edited: what is in force, and a draft of what shall be.
struct Form: Sendable {
    /// How a test notification went.
    enum CallbackTest: Sendable, Hashable {
        case running(url: String)
        case answered(Attempt)
        case failed(String)
    }

    /// What is in force; for a new instance, what its form began with.
    private(set) var base: InstanceDraft
    /// Nil while a new instance is being made.
    private(set) var instance: InstanceID?

    var eventsEnabled: Bool
    var eventType: EventType
    var callbackURL: TextField
    var interval: IntervalSlider
    var objects: ObjectList
    var endpoint: TextField
    var grant: GrantType
    var consumerKey: SecretField
    var consumerSecret: SecretField
    var username: TextField
    /// The key itself, or the path of its file.
    var privateKey: SecretField
    var password: SecretField
    var code = SecretField(stored: "")
    var redirectURL: TextField
    var scope: TextField
    var refreshToken: SecretField
    var signatureKey: SecretField
    var filterNulls: Bool
    var name: TextField
    var tags: TextField
    var fine: FineTuning

    /// Whether user name and password are among the grants.
    var offersPassword = false
    var focus = FieldID.eventsEnabled
    var unfolded: Set<FieldID>
    /// Fields left with a fault, or refused: what is wrong, under each.
    var faults: [FieldID: String] = [:]
    var test: CallbackTest?
    /// What was sent to be applied and has not been answered.
    var applying: InstanceDraft?
    /// The first row of the form that is shown.
    var scroll = 0
    /// Whether the focused field has to be brought into view.
    var needsReveal = true

    init() { self.init(draft: Form.newDraft, instance: nil) }

    init(_ overview: InstanceOverview) {
        let draft = InstanceDraft(
            name: overview.name,
            tags: overview.tags,
            configuration: overview.configuration
        )
        self.init(draft: draft, instance: overview.id)
    }

    init(draft base: InstanceDraft, instance: InstanceID?) {
        self.base = base
        self.instance = instance
        let settings = base.configuration
        eventsEnabled = settings.eventsEnabled
        eventType = settings.eventType
        callbackURL = TextField(settings.callbackURL)
        interval = IntervalSlider(settings.refreshInterval)
        objects = ObjectList(settings.objects)
        endpoint = TextField(settings.baseURL)
        grant = settings.effectiveGrant
        consumerKey = SecretField(stored: settings.apiKey)
        consumerSecret = SecretField(stored: settings.apiSecret)
        username = TextField(settings.username)
        privateKey = SecretField(stored: settings.privateKey)
        password = SecretField(stored: settings.password)
        redirectURL = TextField(settings.oauthCallbackURL)
        scope = TextField(settings.oauthScope)
        refreshToken = SecretField(stored: settings.refreshToken)
        signatureKey = SecretField(stored: settings.signatureKey)
        filterNulls = settings.filterNulls
        name = TextField(base.name)
        tags = TextField(base.tags.joined(separator: ", "))
        fine = FineTuning(settings)
        unfolded = instance == nil ? [.connection] : []
    }

    /// What a new instance begins with: events on, so that filling in the rest is enough.
    private static var newDraft: InstanceDraft {
        var settings = InstanceConfiguration()
        settings.eventsEnabled = true
        return InstanceDraft(name: "salesforce", configuration: settings)
    }

    /// The fields that apply to the event type, the grant and the folding.
    var fields: [FieldID] {
        FieldID.allCases.filter { field in
            if let section = field.section, !unfolded.contains(section) { return false }
            return applies(field)
        }
    }

    /// Whether the field means anything with the present choices.
    func applies(_ field: FieldID) -> Bool {
        switch field {
        case .interval: eventType == .polling
        case .code, .redirectURL, .scope: grant == .authorizationCode
        case .consumerSecret: grant != .jwtBearer
        case .username: grant == .jwtBearer || grant == .password
        case .privateKey: grant == .jwtBearer
        case .password: grant == .password
        case .refreshToken: grant == .refreshToken
        case .firstPollSince: fine.firstPoll == .since
        case .deployApex, .unsignedWebhooks: eventType == .webhooks
        default: true
        }
    }

    /// The grants on offer; one that was set over the API stays choosable.
    var grants: [GrantType] {
        let usual: [GrantType] =
            [.authorizationCode, .refreshToken, .clientCredentials, .jwtBearer] + (offersPassword ? [.password] : [])
        let present = base.configuration.effectiveGrant
        return usual.contains(present) ? usual : usual + [present]
    }

    mutating func focus(_ field: FieldID) {
        if field != focus { leave(focus) }
        if let section = field.section { unfolded.insert(section) }
        focus = field
    }

    /// Makes what is wrong with a field explicit, as leaving it does.
    mutating func leave(_ field: FieldID) {
        if field == .interval { interval.settle() }
        for secret in [
            \Form.consumerKey, \.consumerSecret, \.privateKey, \.password, \.code, \.refreshToken, \.signatureKey,
        ] { self[keyPath: secret].isRevealed = false }
        faults[field] = fault(of: field)
    }
}
