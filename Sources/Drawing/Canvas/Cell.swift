/// One cell of a canvas: eight bytes, its letters either inline or in the canvas's table of clusters.
package struct Cell: Hashable, Sendable {
    /// A scalar, or the place of a cluster with `clusterBit`, or 0 for the right half of a wide character.
    var glyph: UInt32
    package var style: Style

    static let clusterBit: UInt32 = 0x8000_0000

    init(glyph: UInt32, style: Style) {
        self.glyph = glyph
        self.style = style
    }

    static func blank(_ style: Style) -> Cell { Cell(glyph: 0x20, style: style) }

    /// Whether the cell is covered by the wide character to its left.
    package var isTrailing: Bool { glyph == 0 }
}
