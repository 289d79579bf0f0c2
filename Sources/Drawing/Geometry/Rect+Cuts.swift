extension Rect {
    /// Cuts so many rows off the top; the rectangle keeps the rest.
    package mutating func cutTop(_ rows: Int) -> Rect {
        let length = min(max(0, rows), height)
        defer { self = inset(top: length) }
        return Rect(x: x, y: y, width: width, height: length)
    }

    /// Cuts so many rows off the bottom; the rectangle keeps the rest.
    package mutating func cutBottom(_ rows: Int) -> Rect {
        let length = min(max(0, rows), height)
        defer { self = inset(bottom: length) }
        return Rect(x: x, y: maxY - length, width: width, height: length)
    }

    /// Cuts so many columns off the left; the rectangle keeps the rest.
    package mutating func cutLeft(_ columns: Int) -> Rect {
        let length = min(max(0, columns), width)
        defer { self = inset(left: length) }
        return Rect(x: x, y: y, width: length, height: height)
    }

    /// Cuts so many columns off the right; the rectangle keeps the rest.
    package mutating func cutRight(_ columns: Int) -> Rect {
        let length = min(max(0, columns), width)
        defer { self = inset(right: length) }
        return Rect(x: maxX - length, y: y, width: length, height: height)
    }
}
