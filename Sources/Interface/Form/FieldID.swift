import Domain

/// The controls of the event configuration: one for each setting, and some beside them.
enum FieldID: Sendable, Hashable {
    case setting(ConfigurationKey)
    /// The folds.
    case connection
    case optional
    /// What the browser was sent back with.
    case code
    /// The instance's own.
    case name
    case tags
    /// The moment of a first poll that reads from then on.
    case firstPollSince
}

extension FieldID: CaseIterable {
    /// In the order in which they are explained and focused.
    static let allCases: [FieldID] = {
        let beside: [ConfigurationKey: [FieldID]] = [
            .password: [.code], .filterNulls: [.name, .tags], .firstRun: [.firstPollSince],
        ]
        func fields(_ section: Setting.Section) -> [FieldID] {
            ConfigurationKey.allCases.filter { $0.setting.section == section }
                .flatMap { [.setting($0)] + beside[$0, default: []] }
        }
        return fields(.events) + [.connection] + fields(.connection) + [.optional] + fields(.optional)
    }()

    /// The setting that the field edits, if it is one.
    var key: ConfigurationKey? { if case .setting(let key) = self { key } else { nil } }

    var label: String {
        switch self {
        case .setting(.grantType): "Grant"
        case .setting(let key): key.label
        case .connection: "Connection"
        case .optional: "Optional fields"
        case .code: "Authorization code"
        case .name: "Name"
        case .tags: "Tags"
        case .firstPollSince: "Changed since"
        }
    }

    /// One line that explains the field while it has the focus.
    var help: String {
        switch self {
        case .setting(let key): [key.setting.help, key.setting.hint].filter { !$0.isEmpty }.joined(separator: " ")
        case .connection: "How Signalbox signs in to the org."
        case .optional: "Signature, names, first poll, reconciliation and more."
        case .code: "Leave empty to allow access in the browser; or the code from the redirect."
        case .name: "How this instance is called here and in notifications."
        case .tags: "Words of your own, separated by commas; sent with each notification."
        case .firstPollSince: "A date like 2026-11-23, or a moment like 2026-11-23T18:00:00Z."
        }
    }

    /// What people call it, where its label has another word or others that come before it.
    var searchWords: String {
        switch self {
        case .name: "rename title call"
        case .setting(.callbackURL): "callback webhook target receiver"
        case .setting(.objects): "objects sobjects tables watch"
        case .setting(.refreshInterval): "schedule minutes frequency"
        case .setting(.baseURL): "domain org sandbox"
        default: ""
        }
    }

    /// What stands in an empty field: that there is nothing, or an example which says that it is one. In a theme without
    /// colours only the words tell it from a value.
    var placeholder: String {
        switch self {
        case .setting(let key): key.setting.placeholder
        case .code: "none: the browser asks"
        case .tags: "none"
        case .firstPollSince: "e.g. 2026-11-23"
        case .connection, .optional, .name: ""
        }
    }

    /// One of its choices as the screen has it: in words, and by the name that it has everywhere else.
    func shown(_ choice: String) -> String {
        switch self {
        case .setting(.grantType): GrantType(rawValue: choice)?.words ?? choice
        case .setting(.firstRun): choice == FirstPoll.backfill.rawValue ? "backlog" : choice
        default: choice
        }
    }

    /// The unit of its number, where neither the label nor what is counted says it.
    var unit: String? {
        guard case .number(_, let unit)? = key?.setting.kind else { return nil }
        switch unit.prefix(while: { $0 != "(" }).split(separator: " ").joined(separator: " ") {
        case "percent": return "%"
        case "minutes": return "min"
        case "posts a second": return "/s"
        default: return nil
        }
    }

    /// Whether characters go into the field instead of being commands.
    var takesText: Bool {
        switch self {
        case .setting(let key):
            switch key.setting.kind {
            case .flag, .choice, .start: false
            case .number, .text, .objects: true
            }
        case .connection, .optional: false
        case .code, .name, .tags, .firstPollSince: true
        }
    }

    /// The sections that can be folded.
    var section: FieldID? {
        switch self {
        case .setting(let key):
            switch key.setting.section {
            case .events: nil
            case .connection: .connection
            case .optional: .optional
            }
        case .code: .connection
        case .name, .tags, .firstPollSince: .optional
        case .connection, .optional: nil
        }
    }
}
