import Domain
import Drawing
import EngineAPI
import Primitives

/// The event configuration being edited: what is in force, and a draft of what shall be.
struct Form: Sendable, Hashable {
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

    /// What the fields hold, but for the two that are more than a line.
    var controls: [FieldID: FormControl]
    var interval: IntervalSlider
    var objects: ObjectList

    /// Whether user name and password are among the grants.
    var offersPassword = false
    var focus = FieldID.setting(.eventsEnabled)
    var unfolded: Set<FieldID>
    /// Fields left with a fault, or refused: what is wrong, under each.
    var faults: [FieldID: String] = [:]
    /// Fields that a person has changed and somebody else has changed since: what was in force before that, in words.
    var overtaken: [FieldID: String] = [:]
    var test: CallbackTest?
    /// What was sent to be applied and has not been answered.
    var applying: InstanceDraft?
    /// The first row of the form that is shown.
    var scroll = 0
    /// Whether the focused field has to be brought into view.
    var needsReveal = true

    /// Of a new instance, with a name that none of the others has.
    init(beside others: [InstanceOverview] = []) {
        self.init(draft: Form.newDraft(named: Form.freeName(beside: others.map(\.name))), instance: nil)
    }

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
        controls = [:]
        for key in ConfigurationKey.allCases { controls[.setting(key)] = FormControl(key.setting, settings) }
        // The address that anybody could mean is offered, not filled in: what most need is their own.
        if instance == nil, settings.baseURL == InstanceConfiguration.defaultBaseURL {
            controls[.setting(.baseURL)] = .text(TextField())
        }
        controls[.setting(.refreshInterval)] = nil
        controls[.setting(.objects)] = nil
        controls[.setting(.grantType)] = .choice(settings.effectiveGrant.rawValue)
        controls[.code] = .secret(SecretField(stored: ""))
        controls[.name] = .text(TextField(base.name))
        controls[.tags] = .text(TextField(base.tags.joined(separator: ", ")))
        let since = if case .since(let moment) = settings.firstRun { moment.iso } else { "" }
        controls[.firstPollSince] = .text(TextField(since))
        interval = IntervalSlider(settings.refreshInterval)
        objects = ObjectList(settings.objects)
        unfolded = instance == nil ? [.connection] : []
    }

    /// What a new instance begins with: events on, so that filling in the rest is enough.
    private static func newDraft(named name: String) -> InstanceDraft {
        var settings = InstanceConfiguration()
        settings.eventsEnabled = true
        return InstanceDraft(name: name, configuration: settings)
    }

    /// `salesforce`, or `salesforce 2` where another instance is called that.
    private static func freeName(beside names: [String]) -> String {
        let taken = Set(names.map { $0.trimmed.lowercased() })
        let name = "salesforce"
        let next = (2...names.count + 2).first { !taken.contains("\(name) \($0)") } ?? 2
        return taken.contains(name) ? "\(name) \(next)" : name
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
        case .setting(let key): key.setting.applies(eventType, grant)
        case .code: grant == .authorizationCode
        case .firstPollSince: firstPoll == .since
        case .connection, .optional, .name, .tags: true
        }
    }

    // MARK: What single fields say

    /// A field of text as it is typed; empty for others, and for a secret that is kept.
    subscript(text field: FieldID) -> TextField {
        get {
            switch controls[field] {
            case .text(let text): text
            case .secret(let secret): secret.replacement ?? TextField()
            case .toggle, .choice, nil: TextField()
            }
        }
        set { if case .text = controls[field] { controls[field] = .text(newValue) } }
    }

    subscript(secret field: FieldID) -> SecretField {
        get { if case .secret(let secret) = controls[field] { secret } else { SecretField(stored: "") } }
        set { controls[field] = .secret(newValue) }
    }

    private func word(_ key: ConfigurationKey) -> String {
        if case .choice(let word) = controls[.setting(key)] { word } else { "" }
    }

    func isOn(_ key: ConfigurationKey) -> Bool { controls[.setting(key)] == .toggle(true) }

    var eventType: EventType { EventType(rawValue: word(.eventType)) ?? .polling }
    var firstPoll: FirstPoll { FirstPoll(rawValue: word(.firstRun)) ?? .now }
    var grant: GrantType {
        get { GrantType(rawValue: word(.grantType)) ?? .authorizationCode }
        set { controls[.setting(.grantType)] = .choice(newValue.rawValue) }
    }

    /// The words that a field chooses from.
    func choices(_ field: FieldID) -> [String] {
        switch field.key {
        case .grantType?: return grants.map(\.rawValue)
        case .firstRun?: return FirstPoll.allCases.map(\.rawValue)
        case let key?: if case .choice(let words) = key.setting.kind { return words } else { return [] }
        case nil: return []
        }
    }

    // MARK: Moving

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
        if field == .setting(.refreshInterval) { interval.settle() }
        for field in controls.keys { controls[field]?.conceal() }
        faults[field] = fault(of: field)
    }
}
