/// A colour as a theme names it or as a terminal can show it.
package enum Color: Hashable, Sendable {
    /// What the terminal itself uses.
    case terminal
    /// One of the sixteen colours of the terminal's own palette.
    case ansi(UInt8)
    /// One of the 240 fixed colours of the 256-colour palette, 16…255.
    case indexed(UInt8)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How many colours the terminal shows.
package enum ColorDepth: String, CaseIterable, Sendable, Comparable {
    /// Attributes only.
    case mono
    case sixteen = "16"
    case indexed = "256"
    case truecolor

    package static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .mono: 0
        case .sixteen: 1
        case .indexed: 2
        case .truecolor: 3
        }
    }
}
