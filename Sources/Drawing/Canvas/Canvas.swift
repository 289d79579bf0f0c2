/// A picture of the screen in cells, drawn by pure views and flushed by a presenter.
///
/// Whatever falls outside is not drawn, so a view may draw at any size, 0×0 included, without asking.
package struct Canvas: Sendable {
    package let size: Size
    /// From (0, 0) on.
    package let bounds: Rect
    /// The characters for borders, marks and charts that the user's terminal can show.
    package let glyphs: Glyphs
    private(set) var storage: [Cell]
    private(set) var clusters: [[Unicode.Scalar]] = []
    /// Where each cluster stands in the table, once there are too many to look through.
    private var clusterPlaces: [[Unicode.Scalar]: Int] = [:]
    private static let shortTable = 16

    package init(size: Size, glyphs: Glyphs = .unicode, style: Style = .text) {
        self.size = size
        bounds = Rect(origin: .zero, size: size)
        self.glyphs = glyphs
        storage = Array(repeating: .blank(style), count: size.width * size.height)
    }

    /// The point, where it can be seen.
    package func visible(_ point: Point) -> Point? { bounds.contains(point) ? point : nil }

    /// What can be seen of a rectangle; for hit testing.
    package func visible(_ rect: Rect) -> Rect { rect.intersection(bounds) }

    /// The cell at a point; nil outside.
    package subscript(point: Point) -> Cell? { bounds.contains(point) ? storage[index(point)] : nil }

    /// The scalars to send for the cell; empty for the right half of a wide character.
    package func scalars(of cell: Cell) -> [Unicode.Scalar] {
        if cell.glyph & Cell.clusterBit != 0 { return clusters[Int(cell.glyph & ~Cell.clusterBit)] }
        guard cell.glyph != 0, let scalar = Unicode.Scalar(cell.glyph) else { return [] }
        return [scalar]
    }

    /// Whether `cell` shows the same as `other`, which belongs to another canvas.
    package func shows(_ cell: Cell, as other: Cell, of canvas: Canvas) -> Bool {
        guard cell.style == other.style else { return false }
        if cell.glyph & Cell.clusterBit == 0 || other.glyph & Cell.clusterBit == 0 { return cell.glyph == other.glyph }
        return scalars(of: cell) == canvas.scalars(of: other)
    }

    /// Puts as much of a character at a point as can be seen there.
    mutating func put(_ cell: TextCell, at point: Point, style: Style) {
        guard point.y >= 0, point.y < size.height else { return }
        if glyphs.isASCII, cell.scalars.count > 1 || cell.scalars.first?.isASCII == false {
            if bounds.contains(point) { write(cell.ascii.value, at: point, style) }
            if cell.columns == 2, bounds.contains(point.offset(x: 1)) { write(0x20, at: point.offset(x: 1), style) }
            return
        }
        guard cell.columns == 2 else {
            if bounds.contains(point) { write(glyph(of: cell), at: point, style) }
            return
        }
        let right = point.offset(x: 1)
        switch (bounds.contains(point), bounds.contains(right)) {
        case (true, true):
            write(glyph(of: cell), at: point, style)
            write(0, at: right, style)
        // Half a wide character can't be drawn.
        case (true, false): write(0x20, at: point, style)
        case (false, true): write(0x20, at: right, style)
        case (false, false): break
        }
    }

    /// Changes the style of what is drawn already, for instance to lay a selection bar over a row.
    package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let area = visible(rect)
        for y in area.y..<max(area.y, area.maxY) {
            for x in area.x..<max(area.x, area.maxX) {
                let index = index(Point(x: x, y: y))
                storage[index].style = change(storage[index].style)
            }
        }
    }

    /// Fills a part with blanks.
    package mutating func fill(_ rect: Rect, style: Style = .text) {
        let area = visible(rect)
        for y in area.y..<max(area.y, area.maxY) {
            for x in area.x..<max(area.x, area.maxX) { write(0x20, at: Point(x: x, y: y), style) }
        }
    }

    private func index(_ point: Point) -> Int { point.y * size.width + point.x }

    private mutating func write(_ glyph: UInt32, at point: Point, _ style: Style) {
        let index = index(point)
        let old = storage[index].glyph
        storage[index] = Cell(glyph: glyph, style: style)
        // Overwriting one half of a wide character blanks its other half.
        if old == 0, glyph != 0, point.x > 0, isLeading(index - 1) { storage[index - 1].glyph = 0x20 }
        if point.x + 1 < size.width, storage[index + 1].isTrailing, !isLeading(index) {
            storage[index + 1].glyph = 0x20
        }
    }

    /// Whether the cell holds a character that covers the next one as well.
    private func isLeading(_ index: Int) -> Bool {
        let cell = storage[index]
        guard let first = scalars(of: cell).first, !first.isASCII else { return false }
        return ScalarClass(first) == .base(columns: 2)
    }

    private mutating func glyph(of cell: TextCell) -> UInt32 {
        guard let first = cell.scalars.first else { return 0x20 }
        guard cell.scalars.count > 1 else { return first.value }
        let cluster = Array(cell.scalars)
        if let known = place(of: cluster) { return Cell.clusterBit | UInt32(known) }
        clusters.append(cluster)
        let place = clusters.count - 1
        if clusters.count == Self.shortTable + 1 {
            for (place, cluster) in clusters.enumerated() { clusterPlaces[cluster] = place }
        } else if clusters.count > Self.shortTable {
            clusterPlaces[cluster] = place
        }
        return Cell.clusterBit | UInt32(place)
    }

    /// Marks are rare: a short table is searched faster than a dictionary is kept.
    private func place(of cluster: [Unicode.Scalar]) -> Int? {
        clusters.count > Self.shortTable ? clusterPlaces[cluster] : clusters.lastIndex(of: cluster)
    }
}
