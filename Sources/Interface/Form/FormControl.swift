import Domain
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

    /// Does an action; false if it means nothing to it. `choices` are the words that may be chosen.
    mutating func perform(_ action: ActionID, choices: [String]) -> Bool {
        switch self {
        case .toggle(let isOn):
            switch action {
            case .flip: self = .toggle(!isOn)
            case .lower: self = .toggle(false)
            case .raise: self = .toggle(true)
            default: return false
            }
            return true
        case .choice(let word):
            guard [.lower, .raise].contains(action), !choices.isEmpty else { return false }
            let index = choices.firstIndex(of: word) ?? 0
            self = .choice(choices[(index + (action == .raise ? 1 : -1) + choices.count) % choices.count])
            return true
        case .text(var field):
            let isDone = field.perform(action)
            self = .text(field)
            return isDone
        case .secret(var field):
            let isDone = field.perform(action)
            self = .secret(field)
            return isDone
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
