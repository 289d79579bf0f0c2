/// Which part of a longer list is in view.
package struct ScrollExtent: Hashable, Sendable {
    /// Rows of the whole list.
    package var total: Int
    /// The first row in view.
    package var offset: Int
    /// Rows in view.
    package var visible: Int

    package init(total: Int, offset: Int, visible: Int) {
        self.total = max(0, total)
        self.offset = max(0, offset)
        self.visible = max(0, visible)
    }

    /// Whether there is more than fits.
    package var isScrollable: Bool { total > visible && visible > 0 }

    /// The rows of a track of `length` that the thumb covers; it touches an end only when the list does.
    package func thumb(in length: Int) -> Range<Int> {
        guard isScrollable, length > 0 else { return 0..<0 }
        let size = min(length, max(1, length * visible / total))
        let last = total - visible
        let at = min(offset, last)
        let room = length - size
        var start = Int((Double(at) / Double(last) * Double(room)).rounded())
        if room >= 2, at > 0, at < last { start = min(max(1, start), room - 1) }
        return start..<(start + size)
    }
}

extension Canvas {
    /// Draws a scrollbar down the first column of `rect`; nothing if all rows are in view.
    ///
    /// `marks` are rows of the list to show beside the thumb, for instance failures, with the style of each.
    package mutating func scrollbar(
        _ extent: ScrollExtent,
        in rect: Rect,
        marks: [(row: Int, style: Style)] = [],
        on ground: StyleRole? = nil
    ) {
        guard extent.isScrollable, !rect.isEmpty else { return }
        let track = Rect(x: rect.x, y: rect.y, width: 1, height: rect.height)
        fill(track, with: glyphs.scrollTrack, style: Style.faint.on(ground))
        let thumb = extent.thumb(in: rect.height)
        fill(
            Rect(x: rect.x, y: rect.y + thumb.lowerBound, width: 1, height: thumb.count),
            with: glyphs.scrollThumb,
            style: Style.scrollbar.on(ground)
        )
        for mark in marks where mark.row >= 0 && mark.row < extent.total {
            let y = rect.y + mark.row * rect.height / extent.total
            draw(glyphs.scrollMark, at: Point(x: rect.x, y: y), style: mark.style)
        }
    }
}
