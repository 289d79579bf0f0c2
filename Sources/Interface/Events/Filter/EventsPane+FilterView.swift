import Domain
import Drawing
import Primitives

extension EventsPane {
    /// `FILTERED state:dead`, as the title shows it.
    func filterWords(room: Int, _ context: DashboardContext) -> StyledText {
        guard filtering.isOn else { return StyledText() }
        let text = DisplayText(filtering.text, limit: 4 * room)
        let shown = text.width > room ? text.slice(from: 0, width: max(0, room - 1)) + context.glyphs.ellipsis : text
        return StyledText(" · ", .faint) + StyledText("FILTERED ", .statusWarn) + StyledText(shown, .accent)
    }

    /// `212 of 104,331`: how many the filter finds, of how many; `over 50,000` where more were not counted.
    func filteredTotals() -> StyledText {
        // Nothing is counted for a line that says nothing yet.
        guard filtering.isOn else {
            return counts.value.map { StyledText(DisplayText($0.total.grouped), .dim) } ?? StyledText()
        }
        guard let found = matches.value else { return StyledText("counting", .dim) }
        if let position = position() {
            let all = counts.value.map { ", \($0.total.grouped) in all" } ?? ""
            return StyledText(DisplayText(position), .accent) + StyledText(DisplayText(all), .dim)
        }
        let all = counts.value.map { " of \($0.total.grouped)" } ?? ""
        let count = (found.isCut ? "over " : "") + found.total.grouped
        return StyledText(DisplayText(count), .accent) + StyledText(DisplayText(all), .dim)
    }

    /// How far a search came that is not over; nil where all that is in view was looked for.
    func reachWords(_ context: DashboardContext) -> StyledText? {
        guard window.isSearchUnfinished else { return nil }
        guard let moment = window.searchedBack?.moment else { return StyledText("searching", .dim) }
        let day = context.isToday(moment) ? DisplayText("") : context.shortDate(moment) + " "
        return StyledText("searched back to " + day + context.clock(moment), .dim)
    }

    /// Why a search takes its time; nil where it doesn't.
    func indexNote() -> StyledText? {
        matches.value?.indexPercent.map { percent in
            StyledText(DisplayText("searching without the index, \(percent) % built"), .faint)
        }
    }

    func paintFilterLine(_ line: FilterLine, in rect: Rect, _ painter: inout Painter) {
        var rest = rect
        let row = rest.cutTop(1)
        painter.canvas.draw("/", at: row.origin, style: .accent)
        let count = filteredTotals()
        let box = row.inset(left: 2, right: row.width > 40 ? count.width + 2 : 0)
        let style: Style = line.fault == nil ? .fieldFocus : .fieldInvalid
        painter.field(
            line.field,
            in: box,
            style,
            hasFocus: painter.context.focus == Self.id,
            hint: "object:Account  state:dead  since:2h  status:5xx  words of the record"
        )
        painter.hit(box, part: FilterField(width: box.width, x: box.x))
        if row.width > 40 { painter.canvas.draw(count, in: row.inset(left: row.width - count.width)) }
        guard !rest.isEmpty else { return }
        if line.fault != nil {
            let lines = line.faultLines(columns: rest.width - 2, most: rest.height, mark: painter.glyphs.ellipsis)
            for (number, text) in lines.enumerated() {
                painter.canvas.draw(text, in: rest.row(number).inset(left: 2), style: .statusFail)
            }
            return
        }
        var below = rest.cutTop(1).inset(left: 2)
        if let note = indexNote(), below.width > note.width {
            painter.canvas.draw(note, in: below.cutRight(note.width))
            below = below.inset(right: 2)
        }
        paintOffers(line, in: below, &painter)
    }

    /// What Tab completes.
    private func paintOffers(_ line: FilterLine, in row: Rect, _ painter: inout Painter) {
        let offers = line.offers(known(painter.context))
        var words: [StyledText] = []
        for (index, choice) in offers.choices.enumerated() {
            words.append(StyledText(DisplayText(choice), index == line.chosen ? .accent : .dim))
        }
        if let note = offers.note { words.append(StyledText(DisplayText(note), .faint)) }
        // The chosen one is kept in view.
        var shown = words
        while shown.count > 1, let chosen = line.chosen, words.count - shown.count < chosen,
            shown.prefix(chosen + 1 - (words.count - shown.count)).reduce(0, { $0 + $1.width + 2 }) > row.width
        {
            shown.removeFirst()
        }
        var x = row.x
        for word in shown where x + word.width <= row.maxX {
            painter.canvas.draw(word, in: Rect(x: x, y: row.y, width: word.width, height: 1))
            x += word.width + 2
        }
    }
}

extension FilterLine {
    /// Rows that the open line takes from a list in `rect`: its own, and those for what it offers or what is wrong.
    func height(in rect: Rect) -> Int {
        // The borders, their margins and the indent. What is wrong goes before the rows of the list.
        let reason = faultLines(columns: rect.width - 6, most: rect.height - 3).count
        return 1 + max(rect.height >= 10 ? 1 : 0, reason)
    }

    /// What is wrong: with the place where that fits a line, else in as many lines as it needs.
    fileprivate func faultLines(columns: Int, most: Int, mark: DisplayText = "…") -> [DisplayText] {
        guard let fault, most > 0 else { return [] }
        let whole = DisplayText(fault.description)
        return whole.width <= columns ? [whole] : DisplayText(fault.reason).wrapped(to: columns, most: most, mark: mark)
    }
}

/// The text of the line, as the mouse hits it.
struct FilterField {
    let width: Int
    let x: Int
}
