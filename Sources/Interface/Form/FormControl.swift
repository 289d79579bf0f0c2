import Domain
import Drawing
import Primitives

/// What a field of the form holds while it is edited. The slider and the list of objects are the form's own.
enum FormControl: Sendable, Hashable {
    case toggle(Bool)
    /// One word of some.
    case choice(String)
    case text(TextField)
    case secret(SecretField)

    /// The control of a setting with the value that is in force; secrets come masked.
    init(_ setting: Setting, _ settings: InstanceConfiguration) {
        let value = setting.read(settings)
        self =
            switch setting.kind {
            case .flag: .toggle(value == "true")
            case .choice: .choice(value)
            case .start: .choice(FirstPoll(settings.firstRun).rawValue)
            case .number, .text, .objects:
                setting.secret == nil ? .text(TextField(value)) : .secret(SecretField(stored: value))
            }
    }

    /// As the API would be sent it.
    var value: JSON {
        switch self {
        case .toggle(let isOn): .bool(isOn)
        case .choice(let word): .string(word)
        case .text(let field): .string(field.text)
        case .secret(let field): .string(field.value)
        }
    }

    /// Gives it a key; false if it has no use for it. `choices` are the words that may be chosen.
    mutating func handle(_ key: Key, choices: [String]) -> Bool {
        switch self {
        case .toggle(let isOn):
            switch key {
            case .space, .enter: self = .toggle(!isOn)
            case .left: self = .toggle(false)
            case .right: self = .toggle(true)
            default: return false
            }
            return true
        case .choice(let word):
            let step: Int
            switch key {
            case .left: step = -1
            case .right, .space, .enter: step = 1
            default: return false
            }
            guard !choices.isEmpty else { return false }
            let index = choices.firstIndex(of: word) ?? 0
            self = .choice(choices[(index + step + choices.count) % choices.count])
            return true
        case .text(var field):
            let isHandled = field.handle(key)
            self = .text(field)
            return isHandled
        case .secret(var field):
            let isHandled = field.handle(key)
            self = .secret(field)
            return isHandled
        }
    }

    /// Inserts pasted text in one piece; false where none fits.
    mutating func insert(_ text: String) -> Bool {
        switch self {
        case .toggle, .choice: return false
        case .text(var field):
            field.insert(text)
            self = .text(field)
        case .secret(var field):
            field.insert(text)
            self = .secret(field)
        }
        return true
    }

    /// Masks a secret that was shown.
    mutating func conceal() {
        guard case .secret(var field) = self else { return }
        field.isRevealed = false
        self = .secret(field)
    }
}

/// The choices of the first poll; the moment of `since` is a field of its own.
enum FirstPoll: String, Sendable, Hashable, CaseIterable {
    case now
    case since
    case backfill

    init(_ run: FirstRun) {
        switch run {
        case .now: self = .now
        case .since: self = .since
        case .backfill: self = .backfill
        }
    }
}
