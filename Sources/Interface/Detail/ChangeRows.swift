import Domain
import Drawing

extension DashboardContext {
    /// Old and new value of each changed field, in columns; what every write moves by itself stands folded below.
    func changeRows(_ event: ChangeEvent, width: Int, toggled: Set<String>, isUnfolded: Bool) -> LaidRows {
        var rows = LaidRows()
        let changes = event.changedFields.flatMap(\.parts)
        guard !changes.isEmpty else {
            let why =
                switch event.change {
                case .created: "A new record has no former values; Record shows its fields."
                case .deleted: "The record was deleted; what it held last stands in Record, as far as it is known."
                case .updated where event.isCompared:
                    "It was saved, and no field holds anything else than before; Record has all."
                case .updated: "The former values aren't known, so the changed fields can't be shown; Record has all."
                }
            rows.add(StyledText(DisplayText(why), .dim).wrapped(to: width))
            return rows
        }
        let own = changes.filter { !$0.isAudit }
        let audit = changes.filter(\.isAudit)
        let isOpen = isUnfolded || own.isEmpty || toggled.contains(Self.auditFold)
        let shown = isOpen ? changes : own
        let columns = ValueColumns(shown, width: width, between: glyphs.arrow, glyphs: glyphs)
        for change in own { rows.add(columns.lines(change), field: change.field) }
        guard !audit.isEmpty else { return rows }
        let mark = isOpen ? glyphs.unfolded : glyphs.folded
        let title = mark + " " + DisplayText(Words.count(audit.count, "audit field"))
        let stands = toggled.contains(Self.auditFold)
        rows.add(StyledText(title, .dim), fold: own.isEmpty ? nil : Self.auditFold, isUnfolded: stands)
        if isOpen { for change in audit { rows.add(columns.lines(change), field: change.field) } }
        return rows
    }

    private static let auditFold = "audit"
}

extension FieldChange {
    /// Whether it says who wrote the record and when, and nothing of what it holds.
    var isAudit: Bool { RecordFields.auditNames.contains(name) }
}
