import Drawing

/// A canvas together with what can be hit on it and where the cursor stands.
///
/// Views draw with it; the mouse asks the very same drawing, so that what is seen is what is hit.
struct Painter {
    /// What a click does at a place.
    enum Target {
        /// The room of a pane or overlay, between its parts.
        case surface
        /// Something that the surface that drew it knows.
        case part(any Sendable)
        /// What is done, whoever drew it.
        case effect(Effect)
        /// All that lies beside an overlay.
        case outside
    }

    /// Who draws.
    enum Owner: Hashable {
        case shell
        case pane(PaneID)
        case overlay(LayerID)
    }

    struct Hit {
        let area: Rect
        let owner: Owner
        let target: Target
    }

    var canvas: Canvas
    /// What the views may read.
    let context: DashboardContext
    /// Why an action can't be done now; nil if it can.
    let obstacle: (ActionID) -> String?
    private(set) var hits: [Hit] = []
    var cursor: Point?
    private(set) var links: [Hyperlink] = []
    /// What no message may cover.
    private(set) var keptClear: [Rect] = []
    /// Set by the shell before it lets a surface draw.
    var owner = Owner.shell

    init(_ context: DashboardContext, obstacle: @escaping (ActionID) -> String? = { _ in nil }) {
        self.context = context
        self.obstacle = obstacle
        canvas = Canvas(size: context.settings.size, glyphs: context.settings.glyphs)
    }

    var glyphs: Glyphs { canvas.glyphs }

    /// Later ones lie on top.
    mutating func hit(_ area: Rect, _ target: Target) {
        let area = canvas.visible(area)
        if !area.isEmpty { hits.append(Hit(area: area, owner: owner, target: target)) }
    }

    mutating func hit(_ area: Rect, part: some Sendable) { hit(area, .part(part)) }

    mutating func hit(_ area: Rect, action: ActionID) { hit(area, .effect(.perform(action))) }

    /// Later messages leave this room.
    mutating func keepClear(_ area: Rect) {
        let area = canvas.visible(area)
        if !area.isEmpty { keptClear.append(area) }
    }

    /// Makes what is drawn in one row a link, where the address can be one.
    mutating func link(_ row: Rect, _ address: String) {
        if let link = Hyperlink(canvas.visible(row), address: address) { links.append(link) }
    }

    /// What lies under a place, the topmost first.
    func hits(at point: Point) -> [Hit] { hits.reversed().filter { $0.area.contains(point) } }

    /// The pane that lies under a place, with the parts of it that do, the topmost first; nil beside all panes.
    func pane(at point: Point) -> (id: PaneID, parts: [any Sendable])? {
        let hits = hits(at: point)
        let panes = hits.lazy.compactMap { hit -> PaneID? in if case .pane(let id) = hit.owner { id } else { nil } }
        guard let id = panes.first else { return nil }
        let parts = hits.compactMap { hit -> (any Sendable)? in
            if case .part(let part) = hit.target, hit.owner == .pane(id) { part } else { nil }
        }
        return (id, parts)
    }
}
