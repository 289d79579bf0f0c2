import Domain
import Drawing
import EngineAPI
import Primitives

extension DashboardContext {
    /// What differs between two events first; what is equal, and what every write moves, folded below.
    func compareRows(_ comparison: Comparison, width: Int, toggled: Set<String>) -> LaidRows {
        var rows = LaidRows()
        func say(_ text: String, _ style: Style = .dim) {
            rows.add(StyledText(DisplayText(text), style).wrapped(to: width))
        }
        if let failure = comparison.failure {
            say(failure, .statusFail)
            return rows
        }
        guard let earlier = comparison.earlier, let later = comparison.later else {
            say("Loading…")
            return rows
        }
        guard let before = try? RecordFields(parsing: earlier.event.record),
            let after = try? RecordFields(parsing: later.event.record)
        else {
            say("One of the records can't be read as JSON, so its fields can't be compared.", .statusFail)
            return rows
        }
        let all = before.changes(to: after, partial: false)
        let changes = all.flatMap(\.parts)
        let differing = Set(all.map(\.name))
        let equal = after.fields.filter { !differing.contains($0.name) && !$0.isNull && $0.name != "attributes" }
            .map { FieldChange(name: $0.name, old: $0.raw, new: $0.raw) }
        let facts = facts(earlier, later)
        let own = changes.filter { !$0.isAudit }
        let audit = changes.filter(\.isAudit)
        // What is folded takes no room from what is shown.
        let shown = own + (toggled.contains(Self.audit) ? audit : []) + (toggled.contains(Self.equal) ? equal : [])
        let columns = ValueColumns(facts + shown, width: width, between: glyphs.box.vertical, glyphs: glyphs)
        for fact in facts { rows.add(columns.lines(fact, isEqual: fact.old == fact.new || fact.name == Self.stored)) }
        rows.add(StyledText())
        if own.isEmpty { say("No field of the record differs.") }
        for change in own { rows.add(columns.lines(change), field: change.field) }
        addFolded(Self.audit, audit, isEqual: false, toggled, columns, to: &rows)
        addFolded(Self.equal, equal, isEqual: true, toggled, columns, to: &rows)
        return rows
    }

    private func addFolded(
        _ noun: String,
        _ changes: [FieldChange],
        isEqual: Bool,
        _ toggled: Set<String>,
        _ columns: ValueColumns,
        to rows: inout LaidRows
    ) {
        guard !changes.isEmpty else { return }
        let isOpen = toggled.contains(noun)
        let mark = isOpen ? glyphs.unfolded : glyphs.folded
        rows.add(StyledText(mark + " " + DisplayText(Words.count(changes.count, noun)), .dim), fold: noun)
        guard isOpen else { return }
        for change in changes { rows.add(columns.lines(change, isEqual: isEqual), field: change.field) }
    }

    private static let stored = "stored"
    private static let audit = "audit field"
    private static let equal = "equal field"

    /// What tells the two events apart, beside their records.
    private func facts(_ earlier: EventDetail, _ later: EventDetail) -> [FieldChange] {
        func fact(_ name: String, _ value: (EventDetail) -> String) -> FieldChange {
            FieldChange(name: name, old: JSON.string(value(earlier)).text, new: JSON.string(value(later)).text)
        }
        var facts = [
            fact(Self.stored) { fullClock($0.event.receivedAt).string },
            fact("event") { "\($0.event.change.rawValue) \($0.event.object)" },
            fact("record") { $0.event.shownName ?? $0.event.recordID },
            fact("source") { $0.event.source.rawValue },
            fact("delivery") { $0.delivery?.state.rawValue ?? "none" },
        ]
        if earlier.event.instanceID != later.event.instanceID {
            facts.append(fact("instance") { instances[$0.event.instanceID]?.name ?? "\($0.event.instanceID)" })
        }
        return facts
    }
}
