import Drawing

/// Where the parts of the dashboard stand at a size; parts without a place are nil.
struct DashboardLayout: Sendable, Hashable {
    enum Shape: Sendable, Hashable {
        /// Only a message that says how much room is needed.
        case tooSmall
        /// One pane at a time, with a line of tabs.
        case narrow
        /// Events and detail; the form stands beside them while it has the focus.
        case medium
        /// All panes.
        case wide
    }

    static let minimum = Size(width: 40, height: 8)
    static let formWidth = 48
    /// Rows below which events and detail don't share the screen.
    private static let shareHeight = 15

    let shape: Shape
    let header: Rect
    /// Says why the source or the callback is not well; below everything, so that nothing above it moves.
    var banner: Rect?
    /// What is under way: a bulk replay, a first run.
    var progress: Rect?
    var tabs: Rect?
    var form: Rect?
    var events: Rect?
    var detail: Rect?
    let footer: Rect

    init(_ state: State) {
        let size = state.settings.size
        var rest = Rect(origin: .zero, size: size)
        guard size.width >= Self.minimum.width, size.height >= Self.minimum.height else {
            shape = .tooSmall
            (header, footer) = (.zero, .zero)
            return
        }
        header = rest.takeTop(1)
        footer = rest.takeBottom(1)
        if let rows = state.bannerRows { banner = rest.takeBottom(rows) }
        let lines = state.progressLines(width: size.width - 2).count
        if lines > 0 { progress = rest.takeBottom(lines) }
        if size.width < 80 {
            shape = .narrow
            tabs = rest.takeTop(1)
            placeOne(state, in: rest)
        } else {
            shape = size.width < 120 ? .medium : .wide
            if shape == .wide || state.focus == .form { form = rest.takeLeft(Self.formWidth) }
            placeEvents(state, in: rest)
        }
    }

    private mutating func placeOne(_ state: State, in rect: Rect) {
        switch state.focus {
        case .form: form = rect
        case .events: events = rect
        case .detail: detail = rect
        }
    }

    private mutating func placeEvents(_ state: State, in rect: Rect) {
        guard state.detail != nil else {
            events = rect
            return
        }
        guard rect.height >= Self.shareHeight else {
            if state.focus == .detail { detail = rect } else { events = rect }
            return
        }
        let list = max(7, rect.height * 2 / 5)
        let parts = rect.rows(.fixed(list), .share())
        (events, detail) = (parts[0], parts[1])
    }

    /// The rows of events that fit: less the border and the column heads.
    var eventRows: Int { max(1, (events?.height ?? 3) - 3) }

    /// Where the detail's lines stand: less the border, the heading and the line of tabs.
    var detailContent: Rect? { detail.map { $0.inset(left: 2, top: 3, right: 2, bottom: 1) } }
}
