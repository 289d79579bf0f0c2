/// Everything that the terminal shows at one moment.
package struct Frame: Sendable {
    package var canvas: Canvas
    /// Where the cursor stands, on the whole canvas; nil hides it.
    package var cursor: Point?
    /// The title of the terminal's window; nil leaves it alone.
    package var title: DisplayText?
    /// Whether the terminal reports the mouse; without it, dragging selects text as usual.
    package var reportsMouse: Bool
    /// Cells that lead somewhere, where the terminal can do that.
    package var links: [Hyperlink]

    package init(
        canvas: Canvas,
        cursor: Point? = nil,
        title: DisplayText? = nil,
        reportsMouse: Bool = true,
        links: [Hyperlink] = []
    ) {
        self.canvas = canvas
        self.cursor = cursor
        self.title = title
        self.reportsMouse = reportsMouse
        self.links = links
    }
}
