/// A picture of the screen in cells, drawn by pure views and flushed by a presenter.
///
/// Coordinates are those of the current window, which is the whole canvas until `inside` narrows it. Whatever
/// falls outside is not drawn, so a view may draw at any size, 0×0 included, without asking.
package struct Canvas: Sendable {
    /// The extent of the whole canvas.
    package let fullSize: Size
    /// The characters for borders, marks and charts that the user's terminal can show.
    package let glyphs: Glyphs
    private(set) var storage: [Cell]
    private(set) var clusters: [[Unicode.Scalar]] = []
    /// Where each cluster stands in the table, once there are too many to look through.
    private var clusterPlaces: [[Unicode.Scalar]: Int] = [:]
    private static let shortTable = 16
    /// The current window and the part of it that may be drawn on, both in full coordinates.
    private var window: Rect
    private var clip: Rect

    package init(size: Size, glyphs: Glyphs = .unicode, style: Style = .text) {
        fullSize = size
        self.glyphs = glyphs
        storage = Array(repeating: .blank(style), count: size.width * size.height)
        window = Rect(origin: .zero, size: size)
        clip = window
    }

    /// The extent of the current window.
    package var size: Size { window.size }

    /// The current window in its own coordinates.
    package var bounds: Rect { Rect(origin: .zero, size: window.size) }

    /// Lets `draw` see `rect` as the whole canvas: its corner is (0, 0), and nothing outside it changes.
    @discardableResult
    package mutating func inside<Result>(_ rect: Rect, _ draw: (inout Canvas) throws -> Result) rethrows -> Result {
        let outer = (window, clip)
        defer { (window, clip) = outer }
        window = rect.offset(x: window.x, y: window.y)
        clip = clip.intersection(window)
        return try draw(&self)
    }

    /// The position of a point of the current window on the whole canvas; nil if it can't be seen.
    package func position(of point: Point) -> Point? {
        let full = point.offset(x: window.x, y: window.y)
        return clip.contains(full) ? full : nil
    }

    /// A rectangle of the current window on the whole canvas, less what can't be seen; for hit testing.
    package func visible(_ rect: Rect) -> Rect {
        rect.offset(x: window.x, y: window.y).intersection(clip)
    }

    /// The cell at a point of the whole canvas; nil outside.
    package subscript(point: Point) -> Cell? {
        Rect(origin: .zero, size: fullSize).contains(point) ? storage[index(point)] : nil
    }

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

    /// Puts a character at a point of the current window and gives whether all of it could be seen.
    mutating func put(_ cell: TextCell, at point: Point, style: Style) {
        let full = point.offset(x: window.x, y: window.y)
        guard full.y >= clip.y, full.y < clip.maxY else { return }
        if glyphs.isASCII, cell.scalars.count > 1 || cell.scalars.first?.isASCII == false {
            if clip.contains(full) { write(cell.ascii.value, at: full, style) }
            if cell.columns == 2, clip.contains(full.offset(x: 1)) { write(0x20, at: full.offset(x: 1), style) }
            return
        }
        guard cell.columns == 2 else {
            if clip.contains(full) { write(glyph(of: cell), at: full, style) }
            return
        }
        let right = full.offset(x: 1)
        switch (clip.contains(full), clip.contains(right)) {
        case (true, true):
            write(glyph(of: cell), at: full, style)
            write(0, at: right, style)
        // Half a wide character can't be drawn.
        case (true, false): write(0x20, at: full, style)
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

    /// Fills part of the current window with blanks.
    package mutating func fill(_ rect: Rect, style: Style = .text) {
        let area = visible(rect)
        for y in area.y..<max(area.y, area.maxY) {
            for x in area.x..<max(area.x, area.maxX) { write(0x20, at: Point(x: x, y: y), style) }
        }
    }

    /// Fills the current window with blanks.
    package mutating func fill(style: Style = .text) { fill(bounds, style: style) }

    private func index(_ point: Point) -> Int { point.y * fullSize.width + point.x }

    private mutating func write(_ glyph: UInt32, at point: Point, _ style: Style) {
        let index = index(point)
        let old = storage[index].glyph
        storage[index] = Cell(glyph: glyph, style: style)
        // Overwriting one half of a wide character blanks its other half.
        if old == 0, glyph != 0, point.x > 0, isLeading(index - 1) { storage[index - 1].glyph = 0x20 }
        if point.x + 1 < fullSize.width, storage[index + 1].isTrailing, !isLeading(index) {
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
