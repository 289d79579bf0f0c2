import Domain
import Drawing

extension ActionContext {
    static let audit = ActionContext.overlay("audit", "Audit trail", including: [.list])
}

extension ActionID {
    static let audit = ActionID("audit")
}

/// Opens what people and programs of theirs did here.
struct AuditFeature: Feature {
    static let actions: [Action] = [
        Action(
            .audit,
            [.character("W")],
            "Show who applied, replayed, held, rotated or deleted what",
            hint: "audit",
            in: [.everywhere, .audit],
            onlyShows: true
        )
    ]

    private var tokens = WindowTokens()

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .audit else { return false }
        effects.open(AuditList(after: tokens.next()))
        return true
    }
}
