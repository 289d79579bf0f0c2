import Domain
import Drawing
import EngineAPI
import Primitives

extension ReplayDialog {
    /// Filter, what it finds, rate, and two buttons; where room is short the explanation goes first.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let width = min(78, rect.width - 2)
        let room = max(1, width - 4)
        let rows = max(1, rect.height - 4)
        var (answer, indent) = (answerLines(width: room - 9, context), 9)
        // On a small screen it gets all of the width, and the buttons' row where it needs that.
        if answer.count + 2 > rows { (answer, indent) = (answerLines(width: room, most: rows - 1, context), 0) }
        let help = DisplayText(Self.filterHelp).wrapped(to: room)
        let isRoomy = rows >= answer.count + help.count + 6
        let height = answer.count + 4 + (isRoomy ? help.count + 2 : 0)
        let inner = painter.window(
            Size(width: width, height: height + 2),
            title: DisplayText("Replay many events of \(context.instance?.name ?? "")"),
            footer: focus == .cancel
                ? context.offers((.close, "leaves")) : context.offers((.submit, "starts"), (.close, "leaves"))
        )
        var rest = inner
        let buttons = rest.cutBottom(rest.height > answer.count + 1 ? 1 : 0)
        paintFilter(in: rest.cutTop(1), &painter)
        for line in answer { painter.canvas.draw(line.on(.overlay), in: rest.cutTop(1).inset(left: indent)) }
        if rest.height > 1 { paintOffers(in: rest.cutTop(1).inset(left: 9), &painter) }
        paintRate(in: rest.cutTop(1), &painter)
        if isRoomy {
            _ = rest.cutTop(1)
            for line in help { painter.canvas.draw(line, in: rest.cutTop(1), style: Style(.dim, on: .overlay)) }
        }
        paintButtons(in: buttons, &painter)
    }

    /// What Tab completes the filter with.
    private func paintOffers(in row: Rect, _ painter: inout Painter) {
        guard let offers, !offers.choices.isEmpty else { return }
        var x = row.x
        for (index, choice) in offers.choices.enumerated() {
            let text = DisplayText(choice)
            guard x + text.width <= row.maxX else { return }
            let style = Style(index == line.chosen ? .accent : .dim, on: .overlay)
            painter.canvas.draw(text, at: Point(x: x, y: row.y), style: style)
            x += text.width + 2
        }
    }

    private static let filterHelp =
        "state:dead,retrying  object:Account,Case  change:created,updated,deleted  id:ID  since:2h  "
        + "until:2026-11-23T18:00:00Z; any other word must stand in the record; -term, a | b, ( )."

    private func paintFilter(in row: Rect, _ painter: inout Painter) {
        guard !row.isEmpty else { return }
        let isFocused = focus == .filter
        label("Filter", isFocused: isFocused, in: row, &painter)
        let isWrong = if case .failure = query(painter.context) { true } else { false }
        let box = row.inset(left: 9)
        let style: Style = isWrong ? .fieldInvalid : isFocused ? .fieldFocus : .field
        painter.field(filter, in: box, style, hasFocus: isFocused, hint: "empty: every event of this instance")
        painter.hit(box, part: Field.filter)
    }

    private func label(_ text: DisplayText, isFocused: Bool, in row: Rect, _ painter: inout Painter) {
        if isFocused {
            painter.canvas.draw(painter.glyphs.marker, at: row.origin, style: Style(.borderFocus, on: .overlay))
        }
        painter.canvas.draw(text, in: row.inset(left: 2), style: Style(isFocused ? .title : .text, on: .overlay))
    }

    /// What the filter finds, or what is wrong with it.
    private func answerLines(width: Int, most: Int = .max, _ context: DashboardContext) -> [StyledText] {
        func lines(_ text: String, _ role: StyleRole) -> [StyledText] {
            let lines = DisplayText(text).wrapped(to: max(8, width), most: max(1, most), mark: context.glyphs.ellipsis)
            return lines.map { StyledText($0, Style(role)) }
        }
        let failure = context.glyphs.failure.string + " "
        if isStarting { return lines("Starting…", .statusInfo) }
        if let refusal = refusal { return lines(failure + refusal, .statusFail) }
        if case .failure(let fault) = query(context) { return lines(failure + fault.description, .statusFail) }
        if let fault = rate.fault { return lines(failure + fault, .statusFail) }
        if let reason = preview.failure { return lines(failure + reason, .statusFail) }
        guard let preview = preview.value else { return lines("Counting…", .dim) }
        guard preview.count > 0 else {
            return lines("No event of this instance fits; nothing would be sent.", .statusWarn)
        }
        let perSecond = rate.value ?? ReplayJob.defaultRate
        let host = context.instances.callbackHost(of: instance)
        let text = "\(Words.count(preview.count, "event")) would go to \(host), oldest first"
        if let hold = context.callbackHold(instance) {
            return lines("\(text), and wait for the callback (\(hold)).", .statusWarn)
        }
        let seconds = ReplayPace.seconds(for: preview.count, at: perSecond)
        return lines("\(text): about \(Words.duration(seconds)).", .statusOK)
    }

    private func paintRate(in row: Rect, _ painter: inout Painter) {
        guard !row.isEmpty else { return }
        let isFocused = focus == .rate
        label("Rate", isFocused: isFocused, in: row, &painter)
        let box = row.inset(left: 9)
        let glyphs = painter.glyphs
        let style: Style = rate.fault != nil ? .fieldInvalid : isFocused ? .fieldFocus : .field
        let text = glyphs.previous + " " + DisplayText(rate.text) + " " + glyphs.next
        let width = painter.canvas.draw(text, at: box.origin, style: style)
        if isFocused {
            let column = glyphs.previous.width + 1 + (rate.typed?.count ?? 0)
            painter.cursor = painter.canvas.visible(box.origin.offset(x: column))
        }
        painter.canvas.draw(
            "a second at most; arrows or digits",
            in: box.inset(left: width + 1),
            style: Style(.dim, on: .overlay)
        )
        painter.hit(Rect(x: box.x, y: box.y, width: width, height: 1), part: Field.rate)
    }

    private func paintButtons(in row: Rect, _ painter: inout Painter) {
        guard !row.isEmpty else { return }
        var x = row.x
        for (field, label) in [(Field.start, "Start…"), (.cancel, "Cancel")] {
            let hasFocus = focus == field
            let text = (hasFocus ? painter.glyphs.marker : " ") + DisplayText("[ \(label) ]")
            let style: Style = hasFocus ? Style(.text, on: .selection) : Style(.dim, on: .overlay)
            let width = painter.canvas.draw(text, at: Point(x: x, y: row.y), style: style)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), part: field)
            x += width + 3
        }
    }
}
