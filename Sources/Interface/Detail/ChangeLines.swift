import Domain
import Drawing
import Primitives

extension DashboardContext {
    /// Old and new value of each changed field, in columns.
    func changeLines(_ event: ChangeEvent, width: Int) -> [StyledText] {
        guard !event.changedFields.isEmpty else {
            let why =
                switch event.change {
                case .created: "A new record has no changes to show; its fields are in the payload."
                case .deleted: "The record was deleted; what it held last may be in the payload."
                case .updated: "The former values aren't known, so the changed fields can't be shown."
                }
            return DisplayText(why).wrapped(to: width).map { StyledText($0, .dim) }
        }
        let names = event.changedFields.map { DisplayText($0.name, limit: DetailLimits.columns) }
        let nameWidth = min(max(10, width / 3), names.map(\.width).max() ?? 10)
        let valueWidth = max(4, (width - nameWidth - 6) / 2)
        let olds = event.changedFields.map { Self.value($0.old) }
        let oldWidth = min(valueWidth, olds.map(\.width).max() ?? valueWidth)
        var lines: [StyledText] = []
        for (change, texts) in zip(event.changedFields, zip(names, olds)) {
            guard lines.count < DetailLimits.lines else {
                return lines + [StyledText("… the rest of the changes is in the payload", .statusWarn)]
            }
            let new = Self.value(change.new)
            let head =
                StyledText(texts.0.fitted(to: nameWidth), Style(.syntaxKey)) + StyledText("  ")
                + StyledText(texts.1.fitted(to: oldWidth), .dim) + StyledText(" ", .dim)
                + StyledText(glyphs.arrow, .dim) + StyledText(" ")
            lines += (head + StyledText(new)).hanging(at: head.width, width: width)
        }
        return lines
    }

    /// A JSON text as a person reads it; absent and null are a dash.
    private static func value(_ raw: String?) -> DisplayText {
        guard let raw, raw != "null" else { return "—" }
        if raw.first == "\"", let text = (try? JSON(parsing: raw))?.string {
            return text.isEmpty ? "\"\"" : DisplayText(text, limit: DetailLimits.columns)
        }
        return DisplayText(raw, limit: DetailLimits.columns)
    }
}
