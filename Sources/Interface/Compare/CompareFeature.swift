import Domain
import Drawing
import EngineAPI

extension ActionID {
    static let compare = ActionID("compare")
}

extension ActionContext {
    static let compare = ActionContext.overlay("compare", "Two events compared", including: [.list])
}

/// Two events side by side.
struct CompareFeature: Feature {
    static let actions: [Action] = [
        Action(
            .compare,
            [.character("d")],
            "Compare two marked events, or one with its former",
            hint: "compare",
            in: [.events, .detail],
            onlyShows: true
        )
    ]

    private var tokens = WindowTokens(from: PageReader.comparison.firstToken)

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        guard action == .compare else { return nil }
        let marked = context.marked
        if marked.matching != nil || marked.events.count > 2 {
            // Where only some are marked, the key for all marks the others, too, before it takes all.
            let way = marked.isAll ? "\(context.key(.markAll)) takes all marks" : "\(context.key(.mark)) takes one"
            return "Two events are compared, and more are marked; \(way)."
        }
        return marked.events.count < 2 && context.subject == nil ? context.missingSubject() : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .compare else { return false }
        let token = tokens.next()
        let marked = context.marked.events.keys.sorted()
        if marked.count == 2 {
            effects.open(CompareOverlay(Comparison(marked[0], marked[1], token: token)))
        } else if let subject = context.subject {
            let other = marked.first.flatMap { $0 == subject.sequence ? nil : $0 }
            let comparison =
                other.map { Comparison($0, subject.sequence, token: token) } ?? Comparison(of: subject, token: token)
            effects.open(CompareOverlay(comparison))
        }
        return true
    }
}
