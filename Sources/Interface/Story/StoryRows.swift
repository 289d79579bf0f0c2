import Domain
import Drawing
import EngineAPI

extension DashboardContext {
    /// A row for each event of the story, with a line for each field that it changed.
    func storyRows(_ story: StoryOfRecord, width: Int) -> LaidRows {
        var rows = LaidRows()
        guard !story.entries.isEmpty else {
            if let failure = story.failure {
                rows.add(StyledText(DisplayText(failure), .statusFail).wrapped(to: width))
            } else {
                rows.add(StyledText(story.hasLoaded ? "There is no event of this record any more." : "Loading…", .dim))
            }
            return rows
        }
        for entry in story.entries {
            rows.add(storyHead(entry.event, width: width) + storyChanges(entry, width: width))
        }
        return rows
    }

    /// `2026-11-23 17:36:59  UPDATED  by polling  ✓ 200  14 ms`.
    private func storyHead(_ event: EventSummary, width: Int) -> [StyledText] {
        var head = StyledText(fullClock(event.receivedAt) + "  ", .dim)
        head.append(DisplayText(event.change.rawValue).fitted(to: 7), Style(event.change.role))
        head.append("  ")
        head += callbackCell(event, ColumnLayout(width: width))
        if event.isUndelete { head.append("  undeleted", .statusInfo) }
        head.append("  by " + DisplayText(event.source.rawValue), .faint)
        if event.instanceID != instance?.id {
            let other = instances[event.instanceID].map { DisplayText($0.name, limit: 60) }
            head.append("  in " + (other ?? "an instance that was deleted"), .accent)
        }
        return head.wrapped(to: width, indent: 21)
    }

    private func storyChanges(_ entry: StoryOfRecord.Entry, width: Int) -> [StyledText] {
        let names = entry.event.changedFieldNames
        guard !names.isEmpty else {
            let saysNothing = entry.event.change == .updated && entry.event.isCompared && !entry.event.isUndelete
            return saysNothing ? [StyledText(.spaces(4) + "no field changed", .dim)] : []
        }
        let indent = StyledText(.spaces(4))
        guard let changes = entry.changes, !changes.isEmpty else {
            let text = DisplayText(
                names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " …" : ""),
                limit: 400
            )
            return StyledText(.spaces(4) + text, .dim).wrapped(to: width, indent: 4)
        }
        let own = changes.filter { !$0.isAudit }
        let shown = Array((own.isEmpty ? changes : own).prefix(Self.storyFields))
        let columns = ValueColumns(shown, width: width - 4, between: glyphs.arrow, glyphs: glyphs)
        var lines = shown.flatMap { change -> [StyledText] in
            let lines = columns.lines(change)
            guard lines.count > Self.storyLines else { return lines }
            return lines.prefix(Self.storyLines - 1) + [StyledText("…", .faint)]
        }
        if own.count > shown.count {
            lines.append(StyledText(DisplayText("… and \(Words.count(own.count - shown.count, "more field"))"), .dim))
        }
        return lines.map { indent + $0 }
    }

    /// Fields of an event, and lines of a field, that the story shows; the event itself has all.
    private static let storyFields = 12
    private static let storyLines = 6
}
