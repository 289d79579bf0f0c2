import Drawing

/// What stands at the right of the list's title: how many events there are, and how many of them stand in which way.
struct Totals: Sendable {
    struct Part: Sendable {
        var text: StyledText
        /// What finds them, as a click on it shows; nil where that is the whole list.
        var filter: String?
        /// The order in which parts go where there is no room for all.
        var rank = 0
    }

    private static let gap = StyledText(" · ", .faint)

    private let parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    var text: StyledText { parts.dropFirst().reduce(parts.first?.text ?? StyledText()) { $0 + Self.gap + $1.text } }

    /// A click on a part filters the list whose box is drawn in `rect`; between words and corner there is a blank.
    func hit(in rect: Rect, _ painter: inout Painter) {
        var x = rect.maxX - 3 - text.width
        for part in parts {
            let place = Rect(x: x, y: rect.y, width: part.text.width, height: 1)
            if let filter = part.filter { painter.hit(place, .effect(.post(FilterGiven(text: filter)))) }
            x += part.text.width + Self.gap.width
        }
    }
}
