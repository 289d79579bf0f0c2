/// A cell of a line: what it shows, and where.
package struct LineCell: Sendable {
    package let scalars: [Unicode.Scalar]
    package let columns: Range<Int>
}

extension DisplayText {
    /// The cells from left to right, for whoever looks for something in them.
    package var lineCells: [LineCell] {
        var column = 0
        return cells.map { cell in
            defer { column += cell.columns }
            return LineCell(scalars: Array(cell.scalars), columns: column..<(column + cell.columns))
        }
    }
}

extension Canvas {
    /// What stands in the first row of `rect` now, its columns counted from the left end of `rect`.
    package func lineCells(in rect: Rect) -> [LineCell] {
        let row = visible(rect)
        guard !row.isEmpty else { return [] }
        return (row.x..<row.maxX).compactMap { x in
            guard let cell = self[Point(x: x, y: row.y)], !cell.isTrailing else { return nil }
            let isWide = x + 1 < row.maxX && self[Point(x: x + 1, y: row.y)]?.isTrailing == true
            let start = x - row.x
            return LineCell(scalars: scalars(of: cell), columns: start..<(start + (isWide ? 2 : 1)))
        }
    }
}
