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
    }

    static let minimum = Size(width: 40, height: 8)
    static let sideWidth = 48
    /// Columns from which on the main pane has the one below it at its right.
    static let pairWidth = 150
    /// Rows below which the main pane and the one below don't share the screen.
    private static let shareHeight = 15

    let shape: Shape
    let header: Rect
    /// Says why the source or the callback is not well; below everything, so that nothing above it moves.
    private(set) var banner: Rect?
    /// What is under way: a bulk replay, a first run.
    private(set) var progress: Rect?
    private(set) var tabs: Rect?
    private(set) var panes: [PaneID: Rect] = [:]
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
        if size.width < 80 {
            shape = .narrow
            tabs = rest.cutTop(1)
            panes[content.focus] = rest
        } else {
            let isPair =
                size.width >= Self.pairWidth && content.pane(at: .below) != nil
                && (size.width >= Self.pairWidth + Self.sideWidth || content.pane(at: .side) != content.focus)
            shape = isPair ? .pair : size.width < 120 ? .medium : .wide
            let hasSide = isPair ? size.width >= Self.pairWidth + Self.sideWidth : shape == .wide
            if let side = content.pane(at: .side), hasSide || content.focus == side {
                panes[side] = rest.cutLeft(Self.sideWidth)
            }
            placeMain(content, in: rest)
        }
    }

    private mutating func placeMain(_ content: Content, in rect: Rect) {
        guard let below = content.pane(at: .below) else {
            panes[content.main] = rect
            return
        }
        guard shape != .pair else {
            let parts = rect.columns(.fixed(rect.width / 2), .share())
            (panes[content.main], panes[below]) = (parts[0], parts[1])
            return
        }
        guard rect.height >= Self.shareHeight else {
            panes[content.focus == below ? below : content.main] = rect
            return
        }
        let list = max(7, rect.height * 2 / 5)
        let parts = rect.rows(.fixed(list), .share())
        (panes[content.main], panes[below]) = (parts[0], parts[1])
    }
}

extension DashboardLayout.Content {
    /// The pane that stands at a place: the focused one if it does, else the first.
    fileprivate func pane(at place: PanePlace) -> PaneID? {
        let there = panes.filter { $0.place == place }.map(\.id)
        return there.contains(focus) ? focus : there.first
    }
}
