import Domain
import Drawing
import EngineAPI

/// The event that is open, and what is shown of it.
struct OpenEvent: Sendable {
    private(set) var sequence: Int64
    private(set) var tab: DetailTab
    /// Whether a person has chosen the tab; otherwise it is the one that tells most of each event.
    private var isTabChosen = false
    /// Whether Raw shows digits.
    private(set) var isHex = false
    /// What was folded or unfolded by hand, other than it stands at first.
    var toggled: Set<String> = []
    var rows: DetailRows?
    /// What is folded in the tabs that are not shown.
    var trees: [DetailTab: JSONTree] = [:]
    var reader = RowReader()
    /// Counts the answers.
    private(set) var revision = 0
    private(set) var detail: EventDetail?
    private(set) var failure: String?
    /// What of the detail is being asked for; at most one at a time.
    private var outstanding: Int64?
    private var isStale = true

    init(_ sequence: Int64, tab: DetailTab) {
        self.sequence = sequence
        self.tab = tab
    }

    /// Shows another event; what was loaded of the one before goes.
    mutating func show(_ sequence: Int64) {
        guard sequence != self.sequence else { return }
        self.sequence = sequence
        detail = nil
        failure = nil
        toggled = []
        isStale = true
        forgetRows()
        reader.reset()
    }

    mutating func turn(to tab: DetailTab) {
        isTabChosen = true
        guard tab != self.tab else { return }
        self.tab = tab
        reader.reset()
    }

    /// Shows the bytes as digits; where they are already, as text.
    mutating func toggleHex() {
        isHex = tab == .raw ? !isHex : true
        turn(to: .raw)
        reader.reset()
    }

    mutating func invalidate() { isStale = true }

    private mutating func forgetRows() {
        rows = nil
        trees = [:]
    }

    /// Whether these deliveries concern the open event; an empty list means any.
    func concerns(_ notifications: [Int64]) -> Bool {
        guard !notifications.isEmpty, let id = detail?.delivery?.notificationID else { return true }
        return notifications.contains(id)
    }

    mutating func nextLoad() -> Command? {
        guard isStale, outstanding == nil else { return nil }
        isStale = false
        outstanding = sequence
        return .loadDetail(sequence: sequence)
    }

    /// Until a person chooses a tab, `memory` tells which one an event opens on.
    mutating func accept(
        _ sequence: Int64,
        _ result: Result<EventDetail, Failure>,
        _ memory: DetailMemory = DetailMemory()
    ) {
        guard outstanding == sequence else { return }
        outstanding = nil
        guard sequence == self.sequence else { return }
        revision += 1
        switch result {
        case .success(let detail):
            if detail.body != self.detail?.body || detail.event.record != self.detail?.event.record { forgetRows() }
            if self.detail == nil, !isTabChosen { tab = memory.tab(of: detail.event) }
            self.detail = detail
            failure = nil
        case .failure(let error): failure = error.sentence
        }
    }

    // MARK: Folding

    /// Folds or unfolds what the cursor is on; false where that holds nothing.
    mutating func toggleFold() -> Bool {
        switch rows?.content {
        case .tree(var tree):
            guard tree.toggle(row: reader.cursor) else { return false }
            rows?.content = .tree(tree)
            return true
        case .laid(let laid):
            guard laid.rows.indices.contains(reader.cursor), let fold = laid.rows[reader.cursor].fold else {
                return false
            }
            toggled.formSymmetricDifference([fold])
            return true
        case .raw, nil: return false
        }
    }

    /// Whether what the cursor is on folds.
    var canFold: Bool {
        switch rows?.content {
        case .tree(let tree):
            tree.rows.indices.contains(reader.cursor) && tree.nodes[tree.rows[reader.cursor].node].isContainer
        case .laid(let laid): laid.rows.indices.contains(reader.cursor) && laid.rows[reader.cursor].fold != nil
        case .raw, nil: false
        }
    }

    /// Whether anything of the tab folds.
    var hasFolds: Bool {
        switch rows?.content {
        case .tree: true
        case .laid(let laid): laid.rows.contains { $0.fold != nil }
        case .raw, nil: false
        }
    }

    /// Folds all that holds something, or unfolds it; false where nothing does.
    mutating func fold(all: Bool) -> Bool {
        switch rows?.content {
        case .tree(var tree):
            let node = tree.rows.indices.contains(reader.cursor) ? tree.rows[reader.cursor].node : 0
            tree.fold(all: all)
            rows?.content = .tree(tree)
            cursorRow = tree.row(of: node)
        case .laid(let laid):
            let folds = laid.rows.filter { $0.fold != nil }
            guard !folds.isEmpty else { return false }
            toggled.formSymmetricDifference(folds.filter { $0.isUnfolded == all }.compactMap(\.fold))
            cursorFold = laid.rows.prefix(reader.cursor + 1).last { $0.fold != nil }?.fold
        case .raw, nil: return false
        }
        return true
    }

    /// Where the cursor is to go once its rows are laid out: a row, or what folds there.
    private var cursorRow: Int?
    private var cursorFold: String?

    /// Keeps the place inside the rows, at the room that they have now.
    mutating func settle(_ room: Size) {
        guard let rows else { return }
        let page = RowReader.Page(rows.content.source, room)
        if let fold = cursorFold, case .laid(let laid) = rows.content {
            cursorRow = laid.rows.firstIndex { $0.fold == fold }
        }
        if let row = cursorRow { reader.go(to: row, on: page) }
        (cursorRow, cursorFold) = (nil, nil)
        reader.settle(on: page)
    }
}
