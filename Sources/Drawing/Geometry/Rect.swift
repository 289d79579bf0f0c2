/// A rectangle of cells; its size is never negative.
package struct Rect: Hashable, Sendable {
    package var origin: Point
    package var size: Size

    package init(origin: Point, size: Size) {
        self.origin = origin
        self.size = size
    }

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
    }

    package static let zero = Rect(x: 0, y: 0, width: 0, height: 0)

    package var x: Int { origin.x }
    package var y: Int { origin.y }
    package var width: Int { size.width }
    package var height: Int { size.height }
    package var isEmpty: Bool { size.isEmpty }

    /// The first column right of the rectangle.
    package var maxX: Int { origin.x + size.width }
    /// The first row below the rectangle.
    package var maxY: Int { origin.y + size.height }

    /// Whether the cell at `point` lies inside.
    package func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
    }

    /// The common part; empty if there is none.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left,
            y: top,
            width: min(maxX, other.maxX) - left,
            height: min(maxY, other.maxY) - top
        )
    }

    /// The rectangle moved by so many columns and rows.
    package func offset(x dx: Int = 0, y dy: Int = 0) -> Rect {
        Rect(origin: origin.offset(x: dx, y: dy), size: size)
    }

    /// The rectangle less a margin on each side; empty where the margins meet.
    package func inset(x horizontal: Int = 0, y vertical: Int = 0) -> Rect {
        inset(left: horizontal, top: vertical, right: horizontal, bottom: vertical)
    }

    /// The rectangle less a margin of its own on each side; empty where the margins meet.
    package func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
    }

    /// A rectangle of at most `size`, in the middle of this one.
    package func centered(_ size: Size) -> Rect {
        let fitting = Size(width: min(size.width, width), height: min(size.height, height))
        return Rect(
            origin: Point(x: x + (width - fitting.width) / 2, y: y + (height - fitting.height) / 2),
            size: fitting
        )
    }

    /// One row of the rectangle, counted from its top; empty outside.
    package func row(_ index: Int) -> Rect {
        guard index >= 0, index < height else { return Rect(x: x, y: y, width: 0, height: 0) }
        return Rect(x: x, y: y + index, width: width, height: 1)
    }
}
