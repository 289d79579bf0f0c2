extension Canvas {
    /// Tells each cell that shows something else than in `old`, row by row; every cell if the sizes differ.
    ///
    /// Right halves of wide characters are told as well: whoever sends cells skips them.
    package func forEachChange(from old: Canvas?, _ body: (Point, Cell) -> Void) {
        let old = old?.size == size ? old : nil
        var index = 0
        for y in 0..<size.height {
            for x in 0..<size.width {
                let cell = storage[index]
                if let old {
                    if !shows(cell, as: old.storage[index], of: old) { body(Point(x: x, y: y), cell) }
                } else {
                    body(Point(x: x, y: y), cell)
                }
                index += 1
            }
        }
    }

    /// The only scalar of the cell; nil if it has marks or is the right half of a wide character.
    package func scalar(of cell: Cell) -> UInt32? {
        cell.glyph & Cell.clusterBit == 0 && cell.glyph != 0 ? cell.glyph : nil
    }
}
