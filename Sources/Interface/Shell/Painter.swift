import Domain
import Drawing

/// What the mouse can hit.
enum Target: Sendable, Hashable {
    case pane(Pane)
    case action(ActionID)
    case field(FieldID)
    /// The room of a text field's letters.
    case text(FieldID, Rect)
    case slider(Rect)
    case object(Int)
    case event(Int64)
    case tab(DetailPane.Tab)
    case paletteRow(Int)
    case menuRow(Int)
    case confirm(Bool)
    case toast(Int)
    case replayField(ReplayDialog.Field)
    case replayJob(Int64)
    case apexRow(Int)
    case connectAddress
    case connectReply
    /// The room of an overlay between what can be hit.
    case window
    /// Whatever lies under an overlay can't be hit.
    case nothing
}

/// A canvas together with what can be hit on it and where the cursor stands.
///
/// Views draw with it; the mouse asks the very same drawing, so that what is seen is what is hit.
struct Painter {
    var canvas: Canvas
    private(set) var hits: [(area: Rect, target: Target)] = []
    var cursor: Point?
    private(set) var links: [Hyperlink] = []
    /// What no message may cover.
    private(set) var keptClear: [Rect] = []

    init(size: Size, glyphs: Glyphs) {
        canvas = Canvas(size: size, glyphs: glyphs)
    }

    var glyphs: Glyphs { canvas.glyphs }

    /// Later ones lie on top.
    mutating func hit(_ area: Rect, _ target: Target) {
        let area = canvas.visible(area)
        if !area.isEmpty { hits.append((area, target)) }
    }

    /// Later messages leave this room.
    mutating func keepClear(_ area: Rect) {
        let area = canvas.visible(area)
        if !area.isEmpty { keptClear.append(area) }
    }

    /// Makes what is drawn in one row a link, where the address can be one.
    mutating func link(_ row: Rect, _ address: String) {
        if let link = Hyperlink(canvas.visible(row), address: address) { links.append(link) }
    }

    func targets(at point: Point) -> [Target] {
        hits.reversed().filter { $0.area.contains(point) }.map(\.target)
    }
}
