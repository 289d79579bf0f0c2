import Domain
import Drawing
import Primitives

extension EventsPane {
    /// `12 MARKED` for the title; nothing without marks.
    func markWords(_ context: DashboardContext) -> StyledText {
        let marks = context.marked
        var words: [StyledText] = []
        if !marks.isEmpty {
            let count = marks.count(shown: context.shownTotal).map { $0.grouped + " " } ?? ""
            let all = marks.matching == nil ? "" : marks.events.isEmpty ? "ALL " : "ALL BUT \(marks.events.count) "
            words.append(StyledText(context.glyphs.mark + DisplayText(" \(all)\(count)MARKED"), .accent))
        }
        if marks.range != nil { words.append(StyledText("RANGE", .statusWarn)) }
        return words.reduce(StyledText()) { $0 + StyledText(" · ", .faint) + $1 }
    }

    /// The sign on the border at the left of a row, beside that of the selection.
    func paintMark(of event: EventSummary, left bar: Rect, _ painter: inout Painter) {
        guard painter.context.marked.contains(event.sequence) else { return }
        painter.canvas.draw(painter.glyphs.mark, at: bar.origin.offset(x: -1), style: .accent)
    }

    func replayHint(_ context: DashboardContext) -> String? {
        ReplayFeature.replaysMarked(context) ? "replay marked" : nil
    }
}
