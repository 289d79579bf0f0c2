import Drawing

/// Where the parts of the dashboard stand at a size; parts without a place are nil.
struct DashboardLayout: Sendable {
    enum Shape: Sendable, Hashable {
        /// Only a message that says how much room is needed.
        case tooSmall
        /// One pane at a time, with a line of tabs.
        case narrow
        /// The main pane and the one below; the one at the side stands beside them while it has the focus.
        case medium
        /// All panes.
        case wide
        /// The main pane and the one below side by side; the one at the side beside them where there is room for all.
        case pair
    }

    /// What decides where things stand, beside the size.
    struct Content: Sendable {
        /// The open panes, in their order.
        var panes: [(id: PaneID, place: PanePlace)]
        var focus: PaneID
        /// The pane that has the largest room.
        var main: PaneID
        /// Rows that say what is wrong; nil while nothing is.
        var bannerRows: Int?
        var progressRows = 0
        var sizes = PaneSizes()
    }

    static let minimum = Size(width: 40, height: 8)
    /// Columns from which on the main pane has the one below it at its right.
    static let pairWidth = 150
    /// Columns from which panes stand beside each other, and from which all of them do.
    static let severalPanes = 80
    static let allPanes = 120
    /// Rows below which the main pane and the one below don't share the screen.
    static let shareHeight = 15

    /// Rows from which one can be spared for the summary.
    private static let summaryHeight = 20

    let shape: Shape
    let header: Rect
    /// Says why the source or the callback is not well; below everything, so that nothing above it moves.
    private(set) var banner: Rect?
    /// What is under way: a bulk replay, a first run.
    private(set) var progress: Rect?
    private(set) var tabs: Rect?
    /// The line that stands for the pane at the side while that has no place.
    private(set) var summary: Rect?
    private(set) var panes: [PaneID: Rect] = [:]
    /// The column at which the pane at the side ends, if it stands beside the main one.
    private var sideBorder: Int?
    /// What the main pane shares with the one below.
    private var shared: Rect?
    let footer: Rect

    init(_ size: Size, _ content: Content) {
        var rest = Rect(origin: .zero, size: size)
        guard size.width >= Self.minimum.width, size.height >= Self.minimum.height else {
            shape = .tooSmall
            (header, footer) = (.zero, .zero)
            return
        }
        header = rest.cutTop(1)
        footer = rest.cutBottom(1)
        if let rows = content.bannerRows { banner = rest.cutBottom(rows) }
        if content.progressRows > 0 { progress = rest.cutBottom(content.progressRows) }
        if size.width < Self.severalPanes {
            shape = .narrow
            tabs = rest.cutTop(1)
            panes[content.focus] = rest
        } else {
            let side = content.pane(at: .side)
            let hasRoomForAll = size.width >= Self.pairWidth + PaneSizes.standardSide
            let isPair =
                size.width >= Self.pairWidth && content.pane(at: .below) != nil
                && (hasRoomForAll || side != content.focus)
            shape = isPair ? .pair : size.width < Self.allPanes ? .medium : .wide
            if let side, content.focus == side || (isPair ? hasRoomForAll : shape == .wide) {
                let columns = content.sizes.side(of: rest.width)
                // Each of a pair keeps its least width.
                panes[side] = rest.cutLeft(isPair ? min(columns, rest.width - 2 * PaneSizes.leastWidth) : columns)
                sideBorder = rest.x
            } else if side != nil, size.height >= Self.summaryHeight {
                summary = rest.cutTop(1)
            }
            placeMain(content, in: rest)
        }
    }

    private mutating func placeMain(_ content: Content, in rect: Rect) {
        guard let below = content.pane(at: .below) else {
            panes[content.main] = rect
            return
        }
        var rest = rect
        guard shape != .pair else {
            panes[content.main] = rest.cutLeft(rect.width / 2)
            panes[below] = rest
            return
        }
        guard rect.height >= Self.shareHeight else {
            panes[content.focus == below ? below : content.main] = rect
            return
        }
        shared = rect
        panes[content.main] = rest.cutTop(content.sizes.main(of: rect.height))
        panes[below] = rest
    }
}

extension DashboardLayout {
    /// The border at a place; the edges of both panes are part of it.
    func border(at point: Point) -> PaneSizes.Border? {
        if let sideBorder, point.x == sideBorder || point.x == sideBorder - 1,
            panes.values.contains(where: { $0.contains(point) })
        {
            return .side
        }
        guard let shared, shared.contains(point) else { return nil }
        return panes.values.contains { below in
            below.x == shared.x && below.y > shared.y && (below.y == point.y || below.y == point.y + 1)
        } ? .below : nil
    }

    /// What it means that a border is dragged to a place; nil where it is gone.
    func drag(of border: PaneSizes.Border, to point: Point, in size: Size) -> BorderDragged? {
        switch border {
        case .side:
            sideBorder == nil ? nil : BorderDragged(border: border, cells: point.x, total: size.width)
        case .below:
            shared.map { BorderDragged(border: border, cells: point.y - $0.y, total: $0.height) }
        }
    }
}

extension DashboardLayout.Content {
    /// The pane that stands at a place: the focused one if it does, else the first.
    fileprivate func pane(at place: PanePlace) -> PaneID? {
        let there = panes.filter { $0.place == place }.map(\.id)
        return there.contains(focus) ? focus : there.first
    }
}
