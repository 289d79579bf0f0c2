import Drawing

extension Painter {
    /// Begins a row of a list with its ground, which it returns, and the marker where it is the selected one. `room` is the row,
    /// and then what is left of it.
    mutating func beginRow(_ room: inout Rect, isSelected: Bool) -> StyleRole {
        let ground: StyleRole = isSelected ? .selection : .overlay
        canvas.fill(room, style: Style(.text, on: ground))
        let mark = isSelected ? glyphs.marker + " " : "  "
        canvas.draw(mark, in: room.cutLeft(2), style: Style(.accent, on: ground))
        return ground
    }
}

extension DashboardContext {
    /// Stands where a list would that could not be read.
    func unread(_ reason: String) -> StyledText {
        StyledText(glyphs.failure + DisplayText(" \(reason)"), .statusFail)
    }
}
