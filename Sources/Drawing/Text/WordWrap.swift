extension DisplayText {
    /// The text in lines of at most `columns` columns, broken at spaces and, where a word is longer, inside it.
    ///
    /// Spaces at a break go; those at the start of the text, its indentation, stay. Empty only without columns.
    package func wrapped(to columns: Int) -> [DisplayText] {
        guard columns > 0 else { return [] }
        guard width > columns else { return [self] }
        var lines: [DisplayText] = []
        var start = 0
        var position = 0
        var gap: (end: Int, next: Int)?
        var seenWord = false
        for cell in cells {
            if cell.scalars.first == " " {
                if seenWord { gap = (gap?.next == position ? gap?.end ?? position : position, position + 1) }
            } else {
                if position + cell.columns - start > columns, position > start {
                    let end = gap?.end ?? position
                    lines.append(slice(from: start, width: min(columns, end - start)))
                    start = gap?.next ?? position
                    gap = nil
                }
                seenWord = true
            }
            position += cell.columns
        }
        let end = gap?.next == position ? gap?.end ?? position : position
        lines.append(slice(from: start, width: min(columns, end - start)))
        return lines
    }
}
