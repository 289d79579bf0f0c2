import Drawing
import Primitives

/// How large a person made the panes; what is nil, or doesn't fit the screen, is as the layout has it.
struct PaneSizes: Sendable, Hashable {
    /// A line between two panes that can be moved.
    enum Border: Sendable, Hashable {
        /// Between the pane at the side and the main one.
        case side
        /// Between the main pane and the one below.
        case below
    }

    static let standardSide = 48
    private static let standardMain = 40
    /// Columns that each pane keeps beside the other.
    static let leastWidth = 30
    /// Rows that each pane keeps above or below the other.
    private static let leastHeight = 7
    /// One step by key, in columns and in hundredths of the height.
    private static let columns = 2
    private static let share = 5

    /// Columns of the pane at the side.
    private(set) var side: Int?
    /// Hundredths of the height that the main pane has where it shares it.
    private(set) var main: Int?

    init() {}

    // MARK: In force

    /// Columns of the pane at the side on a screen of so many.
    func side(of width: Int) -> Int {
        guard let side, (Self.leastWidth...max(Self.leastWidth, width - Self.leastWidth)).contains(side) else {
            return Self.standardSide
        }
        return side
    }

    /// Rows of the main pane where it shares so many with the one below.
    func main(of height: Int) -> Int {
        let standard = max(Self.leastHeight, height * Self.standardMain / 100)
        guard let main, case let rows = (height * main + 50) / 100, rows >= Self.leastHeight,
            height - rows >= Self.leastHeight
        else { return standard }
        return rows
    }

    // MARK: Changing

    /// Moves a border by a step of keys: 1 to the right or down, -1 back; false where there is no room.
    mutating func step(_ border: Border, by direction: Int, in size: Size) -> Bool {
        switch border {
        case .side: return place(border, at: side(of: size.width) + direction * Self.columns, of: size.width)
        case .below:
            let height = size.height
            let rows = main(of: height)
            return place(border, at: rows + direction * max(1, height * Self.share / 100), of: height)
        }
    }

    /// Puts a border so many cells from the beginning of `total`, or as near as there is room; false if it stays.
    @discardableResult
    mutating func place(_ border: Border, at cells: Int, of total: Int) -> Bool {
        let before = self
        switch border {
        case .side:
            guard total >= 2 * Self.leastWidth else { return false }
            side = min(max(Self.leastWidth, cells), total - Self.leastWidth)
        case .below:
            guard total >= 2 * Self.leastHeight else { return false }
            let rows = min(max(Self.leastHeight, cells), total - Self.leastHeight)
            main = (rows * 100 + total / 2) / total
        }
        return self != before
    }
}

extension PaneSizes: MemoryPart {
    static let name = "panes"

    /// Sizes that no screen has are none.
    init(_ json: JSON) {
        side = json["side"]?.integer.flatMap { (1...1000).contains($0) ? Int($0) : nil }
        main = json["main"]?.integer.flatMap { (1...99).contains($0) ? Int($0) : nil }
    }

    var json: JSON {
        let members = [("side", side), ("main", main)].compactMap { name, value in
            value.map { JSON.Member(name, .integer($0)) }
        }
        return .object(members)
    }
}
