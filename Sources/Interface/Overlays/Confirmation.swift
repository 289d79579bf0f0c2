import Domain
import EngineAPI

/// What lies over the dashboard and takes the keys; the last of the stack is on top.
enum Overlay: Sendable {
    case help(scroll: Int)
    case log(scroll: Int)
    case confirmation(Confirmation)
    case palette(Palette)
    case menu(Menu)
    case replayMany(ReplayDialog)
    case replayJobs(ReplayJobList)
    case apex(ApexPanel)
    case folder(FolderPrompt)
    case report(TextReport)
    case connect(ConnectDialog)
}

/// A question before something that can't be taken back; Cancel is the default.
struct Confirmation: Sendable, Hashable {
    enum Consequence: Sendable, Hashable {
        case discardDraft
        /// Leaves the draft for another instance, or for a new one.
        case leaveDraft(InstanceID?)
        case deleteInstance(InstanceID)
        /// Applies a draft that leads to another org than before.
        case changeOrganization(InstanceID, InstanceDraft)
        case startReplays(InstanceID, EventFilter, rate: Int)
        case cancelReplay(Int64)
        case runApex(InstanceID, ApexWork, allowProduction: Bool)
        case rotateSecret(InstanceID)
        case quit
    }

    let title: String
    let text: String
    /// The word on the button that does it.
    let verb: String
    let consequence: Consequence
    /// Whether that button has the focus instead of Cancel.
    var isConfirming = false
}

/// A list to choose from.
struct Menu: Sendable, Hashable {
    enum Choice: Sendable, Hashable {
        case instance(InstanceID)
        case newInstance
        case theme(String)
        case copy(String, what: String)
    }

    struct Item: Sendable, Hashable {
        let title: String
        var detail = ""
        let choice: Choice
    }

    let title: String
    let items: [Item]
    var selection = 0
    /// The theme to go back to when the choice is left.
    var originalTheme: String?

    mutating func move(by rows: Int) {
        selection = min(max(0, selection + rows), max(0, items.count - 1))
    }
}

/// The command palette: actions found by some of their letters.
struct Palette: Sendable, Hashable {
    var query = TextField()
    var selection = 0

    /// The actions that fit, best first.
    var matches: [Action] {
        let actions = ActionTable.actions.filter(\.isCommand)
        let query = query.text.trimmed
        guard !query.isEmpty else { return actions }
        return
            actions.compactMap { action in FuzzyMatch.score(query, in: action.title).map { (action, $0) } }
            .sorted { $0.1 > $1.1 }
            .map(\.0)
    }
}

/// Finds the letters of a query in order, and prefers runs and starts of words.
enum FuzzyMatch {
    /// Nil if the letters aren't all there; higher is better.
    static func score(_ query: String, in text: String) -> Int? {
        let letters = Array(text.lowercased())
        var score = 0
        var position = 0
        var run = 0
        for letter in query.lowercased() where !letter.isWhitespace {
            guard let found = letters[position...].firstIndex(of: letter) else { return nil }
            run = found == position ? run + 1 : 1
            let startsWord = found == 0 || !letters[found - 1].isLetter
            score += run * 2 + (startsWord ? 5 : 0) - min(3, found - position)
            position = found + 1
        }
        return score
    }
}
