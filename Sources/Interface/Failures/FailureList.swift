import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionContext {
    static let failures = ActionContext.overlay("failures", "Failures", including: [.list])
}

extension ActionID {
    static let failures = ActionID("failures")
    static let replayFailures = ActionID("replay-failures")
}

/// What fails, by reason: how much of it, of which objects, since when. A group is shown in the list, or replayed.
struct FailureList: Overlay {
    static let actions: [Action] = [
        Action(
            .replayFailures,
            [.character("r")],
            "Replay the events of the group, after a look at them",
            hint: "replay",
            in: [.failures],
            isCommand: false
        )
    ]

    /// A row, as the mouse hits it.
    struct Row {
        let filter: String
    }

    let instance: InstanceID
    private(set) var load: FailuresLoad
    /// The filter of the row that a person chose: it stays with its group while the counts change.
    private var selected: String?

    /// The numbers of its questions begin after `token`.
    init(_ instance: InstanceID, after token: Int) {
        self.instance = instance
        load = FailuresLoad(after: token)
    }

    func title(_ context: DashboardContext) -> String { "Failures" }

    func hints(_ context: DashboardContext) -> [Hint] {
        reasons(context).isEmpty
            ? [.action(.close)] : [.action(.choose, "show its events"), .action(.replayFailures), .action(.close)]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.failures] }

    func reasons(_ context: DashboardContext) -> [FailureGroup] { load.groups ?? [] }

    func selection(_ reasons: [FailureGroup]) -> Int? {
        reasons.isEmpty ? nil : reasons.firstIndex { $0.filter == selected } ?? 0
    }

    // MARK: Input

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let reasons = reasons(context)
        let index = selection(reasons)
        switch action {
        case .close, .failures: effects.close()
        case .choose: if let index { show(reasons[index], &effects) }
        case .replayFailures:
            guard let index else { break }
            effects.post(BulkReplayAsked(instance: instance, filter: reasons[index].filter))
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 10)) else { return false }
            if let index { selected = reasons[motion.index(from: index, count: reasons.count)].filter }
        }
        return true
    }

    private func show(_ reason: FailureGroup, _ effects: inout Effects) {
        effects.close()
        effects.post(FilterGiven(text: reason.filter, instance: instance))
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard let row = part as? Row else { return }
        let reasons = reasons(context)
        if let index = selection(reasons), reasons[index].filter == row.filter { return show(reasons[index], &effects) }
        selected = row.filter
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let reasons = reasons(context)
        guard let index = selection(reasons) else { return }
        selected = reasons[ListMotion.rows(rows).index(from: index, count: reasons.count)].filter
    }

    // MARK: Loading

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .notice(.deliveries), .notice(.instancesChanged), .replayed: load.invalidate()
        case .notice(.instance(let id)): if id == instance { load.invalidate() }
        case .failures(let token, let result): load.accept(token: token, result, at: context.due)
        default: break
        }
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        if event is NodeReturned { load.restart() }
    }

    mutating func loads(_ context: DashboardContext) -> [Command] {
        load.nextLoad(instance, at: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? { load.nextDeadline }
}

/// Posted where the list shall show other events.
struct FilterGiven: DashboardEvent {
    let text: String
    /// The instance whose events alone it is about; nil: those that the list shows.
    var instance: InstanceID?
}

extension FailureGroup {
    /// What finds its events, as it is typed.
    var filter: String { expression.description }
}
