import Domain
import Drawing
import EngineAPI
import Primitives

/// What was done here and by whom, newest first. Older entries are read when the selection comes near the end.
struct AuditList: Overlay {
    /// Entries of one page.
    static let page = 200

    /// A row, as the mouse hits it.
    struct Row {
        let id: Int64
    }

    private(set) var entries: [AuditEntry] = []
    private(set) var failure: String?
    /// Nothing is older than the last entry.
    private(set) var isComplete = false
    private var isOutstanding = false
    private var token: Int
    /// The entry that a person chose; the newest until then.
    private var selected: Int64?

    /// The numbers of its questions begin after `token`.
    init(after token: Int) { self.token = token }

    var selection: Int? { entries.isEmpty ? nil : entries.firstIndex { $0.id == selected } ?? 0 }

    func title(_ context: DashboardContext) -> String { "Audit trail" }

    func hints(_ context: DashboardContext) -> [Hint] { [.action(.close)] }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.audit] }

    // MARK: Input

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close, .audit: effects.close()
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 10)) else { return false }
            if let index = selection { selected = entries[motion.index(from: index, count: entries.count)].id }
        }
        return true
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let row = part as? Row { selected = row.id }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let index = selection else { return }
        selected = entries[ListMotion.rows(rows).index(from: index, count: entries.count)].id
    }

    // MARK: Loading

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        guard case .audit(let token, let result) = message, token == self.token, isOutstanding else { return }
        isOutstanding = false
        switch result {
        case .success(let page):
            failure = nil
            entries += page
            isComplete = page.count < Self.page
        case .failure(let error):
            failure = error.sentence
            // What can't be read now is read when the list is opened again.
            isComplete = true
        }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        let isNear = (selection ?? 0) + Self.page / 2 >= entries.count
        guard !isOutstanding, !isComplete, isNear else { return [] }
        isOutstanding = true
        token += 1
        return [.loadAudit(token: token, before: entries.last?.id, limit: Self.page)]
    }
}
