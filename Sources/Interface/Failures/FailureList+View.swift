import Domain
import Drawing
import EngineAPI
import Primitives

extension FailureList {
    /// A row for each reason, and below them all about the selected one.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let reasons = reasons(context)
        let index = selection(reasons) ?? 0
        let width = min(110, rect.width - 2)
        let about = reasons.isEmpty ? [] : aboutLines(reasons[index], width: width - 4, context)
        let none = reasons.isEmpty ? none(context) : nil
        let rows = none?.wrapped(to: width - 4).count ?? min(reasons.count, 14)
        let inner = painter.window(
            Size(width: width, height: rows + (about.isEmpty ? 0 : about.count + 1) + 2),
            title: DisplayText("Failures of \(context.instance?.name ?? "")"),
            footer: reasons.isEmpty
                ? context.offers((.close, "closes"))
                : context.offers((.choose, "shows its events"), (.replayFailures, "replays them"), (.close, "closes"))
        )
        if let none { return painter.sentence(none, in: inner) }
        painter.listWithDetails(reasons, selected: index, rows: rows, about: about, in: inner) {
            reason,
            isSelected,
            row,
            painter in
            paint(reason, isSelected: isSelected, in: row, &painter)
        }
    }

    private func none(_ context: DashboardContext) -> StyledText {
        if let reason = load.failure { return context.unread(reason) }
        if load.groups == nil { return StyledText("Counting…", .dim) }
        return StyledText(context.glyphs.success + " Nothing fails: all has arrived or is on its way.", .statusOK)
    }

    private func paint(_ reason: FailureGroup, isSelected: Bool, in row: Rect, _ painter: inout Painter) {
        let context = painter.context
        var room = row
        let ground = painter.beginRow(&room, isSelected: isSelected)
        let count = DisplayText(reason.events.grouped)
        // Without colours a failure is underlined, the blanks before it are not.
        painter.canvas.draw(
            count,
            in: room.cutLeft(max(7, count.width)),
            .right,
            style: Style(.statusFail, on: ground)
        )
        _ = room.cutLeft(2)
        if row.width >= 70 {
            let when = context.shortClock(reason.last)
            painter.canvas.draw(when, in: room.cutRight(when.width), style: Style(.dim, on: ground))
            _ = room.cutRight(2)
            let objects = DisplayText(reason.objects.joined(separator: ", "), limit: 60)
            let width = min(objects.width, row.width / 4)
            painter.canvas.draw(objects, in: room.cutRight(width), style: Style(.dim, on: ground))
            _ = room.cutRight(2)
        }
        painter.canvas.draw(Self.words(reason, limit: room.width + 1), in: room, style: Style(.text, on: ground))
        painter.hit(row, part: Row(filter: reason.filter))
    }

    /// `500 {"error":"no such queue"}`, or the sentence of an error.
    private static func words(_ reason: FailureGroup, limit: Int) -> DisplayText {
        if reason.isReplay { return "Replays that failed" }
        guard let status = reason.status, let answer = reason.answers.first else {
            return DisplayText(reason.error, limit: limit)
        }
        return DisplayText("\(status) \(answer)", limit: limit)
    }

    private func aboutLines(_ reason: FailureGroup, width: Int, _ context: DashboardContext) -> [StyledText] {
        var lines: [StyledText] = []
        func add(_ name: String, _ text: String, _ role: StyleRole = .text) {
            for (number, line) in DisplayText(text, limit: 2000).wrapped(to: max(8, width - 9)).prefix(3).enumerated() {
                let head = DisplayText(number == 0 ? name : "").fitted(to: 9)
                lines.append(StyledText(head, .dim) + StyledText(line, Style(role)))
            }
        }
        // The start of the answer stands in the reason as filters spell it: beside the answer it would only repeat that.
        let bare = FailureReason.withoutAnswer(reason.error)
        if reason.isReplay {
            add("the last", bare, .statusFail)
        } else if reason.answers.isEmpty {
            add("reason", reason.error, .statusFail)
        } else if bare != reason.status.map({ "answered \($0)" }) {
            add("reason", bare, .statusFail)
        }
        for answer in reason.answers { add("answer", answer) }
        add("objects", reason.objects.joined(separator: ", "))
        let (since, last) = (context.fullClock(reason.since).string, context.fullClock(reason.last).string)
        add("since", reason.since == reason.last ? since : "\(since), last \(last)")
        add("filter", reason.filter, .accent)
        if let failure = load.failure { add("", "Not as of now: \(failure)", .statusWarn) }
        return lines
    }
}
