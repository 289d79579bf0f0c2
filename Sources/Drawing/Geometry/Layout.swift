/// How much of a line of parts one part wants.
package enum Extent: Hashable, Sendable {
    /// Exactly so many cells, as long as there are enough.
    case fixed(Int)
    /// A share of what the fixed parts leave, by weight, but not less than `minimum`.
    case share(_ weight: Int = 1, minimum: Int = 0)
}

/// The direction in which parts follow each other.
package enum Axis: Sendable {
    case horizontal
    case vertical
}

extension Rect {
    /// Splits the rectangle into parts that follow each other, `spacing` cells apart.
    ///
    /// Earlier parts are served first when there isn't room for all; parts without room come out empty.
    /// The result has as many rectangles as `extents`, in their order.
    package func split(_ axis: Axis, _ extents: [Extent], spacing: Int = 0) -> [Rect] {
        let total = axis == .horizontal ? width : height
        let lengths = Self.lengths(of: extents, in: max(0, total - spacing * max(0, extents.count - 1)))
        var position = 0
        return lengths.map { length in
            let start = min(position, total)
            let fitting = min(length, total - start)
            position += length + spacing
            return axis == .horizontal
                ? Rect(x: x + start, y: y, width: fitting, height: height)
                : Rect(x: x, y: y + start, width: width, height: fitting)
        }
    }

    /// The parts of the rectangle from left to right.
    package func columns(_ extents: Extent..., spacing: Int = 0) -> [Rect] {
        split(.horizontal, extents, spacing: spacing)
    }

    /// The parts of the rectangle from top to bottom.
    package func rows(_ extents: Extent..., spacing: Int = 0) -> [Rect] {
        split(.vertical, extents, spacing: spacing)
    }

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

    private static func lengths(of extents: [Extent], in total: Int) -> [Int] {
        var left = total
        var lengths = [Int](repeating: 0, count: extents.count)
        for (index, extent) in extents.enumerated() {
            let wanted =
                switch extent {
                case .fixed(let length): length
                case .share(_, let minimum): minimum
                }
            lengths[index] = min(max(0, wanted), left)
            left -= lengths[index]
        }
        return distribute(left, over: extents, from: lengths)
    }

    /// Gives the rest to the shares so that each nears its weight's part, minimums counted in.
    private static func distribute(_ rest: Int, over extents: [Extent], from lengths: [Int]) -> [Int] {
        var lengths = lengths
        var sharing = extents.indices.filter { weight(of: extents[$0]) > 0 }
        // A part whose minimum already exceeds its fair part leaves the sharing; the others divide what remains.
        while true {
            let pool = rest + sharing.reduce(0) { $0 + lengths[$1] }
            let weights = sharing.reduce(0) { $0 + weight(of: extents[$1]) }
            let satisfied = sharing.filter { lengths[$0] * weights > pool * weight(of: extents[$0]) }
            if satisfied.isEmpty {
                var remaining = pool
                var remainingWeight = weights
                for index in sharing {
                    let own = weight(of: extents[index])
                    lengths[index] = remaining * own / remainingWeight
                    remaining -= lengths[index]
                    remainingWeight -= own
                }
                return lengths
            }
            sharing.removeAll(where: satisfied.contains)
            if sharing.isEmpty { return lengths }
        }
    }

    private static func weight(of extent: Extent) -> Int {
        guard case .share(let weight, _) = extent else { return 0 }
        return max(0, weight)
    }
}
