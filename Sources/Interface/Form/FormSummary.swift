import Domain
import Drawing
import EngineAPI
import Primitives

extension FormPane {
    /// What is in force, in the line that stands for the form while that has no place.
    func drawSummary(in row: Rect, _ painter: inout Painter) {
        guard let instance = painter.context.instance else { return }
        let summary = FormSummary(instance, unsaved: form.instance == instance.id ? form.unsaved.count : 0)
        painter.canvas.draw(summary.line(width: row.width - 2, painter.context), in: row.inset(x: 1))
        painter.hit(row, action: .focusForm)
    }
}

/// The settings of an instance in one line.
struct FormSummary {
    private let instance: InstanceOverview
    private let unsaved: Int

    init(_ instance: InstanceOverview, unsaved: Int) {
        self.instance = instance
        self.unsaved = unsaved
    }

    /// `▹ polling every 5 min · Account, Contact +2 · to app.example`; the objects give way first.
    func line(width: Int, _ context: DashboardContext) -> StyledText {
        let settings = instance.configuration
        let separator = StyledText(" " + context.glyphs.separator + " ", .faint)
        var head = StyledText(context.glyphs.folded + " ", .accent)
        head += source(settings, extraPolls: context.extraPolls)
        var tail = separator + callback(settings)
        if unsaved > 0 {
            tail +=
                separator
                + StyledText(context.glyphs.changed + DisplayText(Words.count(unsaved, "unsaved change")), .accent)
        }
        let names = settings.watchedObjects
        // As many names as there is room for.
        for shown in stride(from: names.count, through: 0, by: -1) {
            let objects = separator + StyledText(DisplayText(words(names, shown), limit: 400))
            let line = head + objects + tail
            if line.width <= width || shown == 0 { return line.truncated(to: width, mark: context.glyphs.ellipsis) }
        }
        return head + tail
    }

    private func source(_ settings: InstanceConfiguration, extraPolls: Int?) -> StyledText {
        guard settings.eventsEnabled, !instance.isDisabled else {
            return StyledText(instance.isDisabled ? "disabled" : "events off", .statusWarn)
        }
        guard settings.eventType == .polling else { return StyledText("webhooks") }
        // As the header says it, which has no room everywhere.
        if let extraPolls { return StyledText(DisplayText("polled every \(extraPolls) s")) }
        let minutes = settings.refreshInterval
        return StyledText(DisplayText("polling every " + (minutes == 1 ? "minute" : Words.minutes(minutes))))
    }

    private func callback(_ settings: InstanceConfiguration) -> StyledText {
        guard !settings.callbackURL.isEmpty else { return StyledText("no callback", .dim) }
        let host = HTTPAddress.authority(of: settings.callbackURL) ?? settings.callbackURL
        return StyledText("to ", .dim) + StyledText(DisplayText(host, limit: 100))
    }

    private func words(_ names: [String], _ shown: Int) -> String {
        if shown == 0 { return Words.count(names.count, "object") }
        let more = names.count - shown
        return names.prefix(shown).joined(separator: ", ") + (more > 0 ? " +\(more)" : "")
    }
}
