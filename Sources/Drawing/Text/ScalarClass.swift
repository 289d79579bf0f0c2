import CWidth
import Primitives

/// What becomes of one Unicode scalar on its way to the screen.
package enum ScalarClass: Hashable, Sendable {
    /// Takes so many columns (1 or 2) as it is.
    case base(columns: Int)
    /// Joins the cell before it.
    case mark
    /// Shown as another scalar of one column.
    case replaced(Unicode.Scalar)
    /// Not shown at all.
    case dropped
    case tab
    case newline

    /// Sorts a scalar; the width is the C library's, which ncurses uses as well.
    package init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x20...0x7E: self = .base(columns: 1)
        case 0x09: self = .tab
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: self = .newline
        case 0x00...0x1F: self = .replaced(Self.picture(scalar.value))
        case 0x7F: self = .replaced("\u{2421}")
        // C1 controls steer terminals as well but have no pictures of their own.
        case 0x80...0x9F: self = .replaced("\u{2426}")
        case 0xA0, 0x2007, 0x202F: self = .replaced(" ")
        // Asking the tables takes time, so the letters of most texts are known; a test compares them with the tables.
        case 0xA1...0xAC, 0xAE...0x2FF: self = .base(columns: 1)
        case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FEF, 0xAC00...0xD7A3: self = .base(columns: 2)
        case 0x1F1E6...0x1F1FF: self = .replaced(Self.letter(ofFlag: scalar.value))
        default: self = Self.sorted(scalar)
        }
    }

    static func sorted(_ scalar: Unicode.Scalar) -> ScalarClass {
        let category = scalar.properties.generalCategory
        // Zero-width, bidi, tag and variation characters change what others look like or hide in between.
        if category != .control, scalar.isInvisible { return .dropped }
        switch category {
        case .control, .privateUse, .surrogate, .unassigned: return .replaced(unknown)
        // Enclosing marks (keycaps) are drawn too wide for a cell.
        case .enclosingMark: return .dropped
        default: break
        }
        switch cwidth_of_scalar(scalar.value) {
        case 0: return .mark
        case 1: return .base(columns: 1)
        case 2: return .base(columns: 2)
        // Newer than the C library's tables: ncurses couldn't place it either.
        default: return .replaced(unknown)
        }
    }

    /// Stands for what has no picture on this system.
    private static let unknown: Unicode.Scalar = "\u{B7}"

    private static func picture(_ control: UInt32) -> Unicode.Scalar {
        Unicode.Scalar(0x2400 + control) ?? unknown
    }

    private static func letter(ofFlag indicator: UInt32) -> Unicode.Scalar {
        Unicode.Scalar(0x41 + indicator - 0x1F1E6) ?? unknown
    }
}
