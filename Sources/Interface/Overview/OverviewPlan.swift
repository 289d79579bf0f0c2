import Domain
import Drawing
import EngineAPI

/// What the overview shows at the present size, and where: the one reading of it by drawing and scrolling.
struct OverviewPlan {
    /// Columns from which the figures stand in two columns.
    private static let twoColumns = 92
    private static let gap = 3

    /// The size of the window.
    let window: Size
    /// Rows of the table that are shown, and the first of them.
    let rows: Range<Int>
    /// The figures' rooms within the window's inside.
    let figures: Rect
    /// The figures of the instance under the cursor.
    let lines: [StyledText]

    init(_ page: OverviewPage, _ context: DashboardContext) {
        let screen = context.settings.size
        window = Size(width: max(0, screen.width - 2), height: max(0, screen.height - 2))
        let inside = Rect(x: 0, y: 0, width: max(0, window.width - 4), height: max(0, window.height - 2))
        let list = context.instances.list ?? []
        // The table leaves the larger half to the figures.
        let shown = min(list.count, max(1, inside.height * 2 / 5 - 1))
        let index = list.firstIndex { $0.id == page.instance(context)?.id } ?? 0
        let first = min(max(0, index - shown + 1), max(0, list.count - shown))
        rows = first..<(first + shown)
        figures = inside.inset(top: shown + 2)
        lines = Self.lines(page, context, size: figures.size)
    }

    private static func lines(_ page: OverviewPage, _ context: DashboardContext, size: Size) -> [StyledText] {
        let width = size.width
        guard let instance = page.instance(context) else { return [] }
        if let failure = page.load.failure {
            return DisplayText(failure).wrapped(to: width).map { StyledText($0, .statusFail) }
        }
        guard let statistics = page.load.statistics, let own = statistics.instance, own.id == instance.id else {
            return [StyledText("Reading\(context.glyphs.ellipsis.string)", .dim)]
        }
        let isWide = width >= twoColumns
        let column = isWide ? (width - gap) / 2 : width
        var blocks = OverviewFigures(instance, own, statistics, context.turned(to: instance.id), width: column)
        blocks.grow(to: size.height, isWide: isWide)
        guard isWide else { return blocks.single }
        let (left, right) = (blocks.left, blocks.right)
        return (0..<max(left.count, right.count)).map { row in
            let text = row < left.count ? left[row].truncated(to: column, mark: context.glyphs.ellipsis) : StyledText()
            let rest = row < right.count ? right[row] : StyledText()
            return rest.isEmpty ? text : text + StyledText(.spaces(column + gap - text.width)) + rest
        }
    }
}

extension OverviewFigures {
    /// The two columns, or all in one.
    fileprivate var left: [StyledText] { stacked([objects, waiting, busiest]) }
    fileprivate var right: [StyledText] { stacked([callback, polls, quota, nodes, disk]) }
    fileprivate var single: [StyledText] {
        stacked([waiting, callback, objects, busiest, polls, quota, nodes, disk])
    }

    /// Lets the longer lists have what would stay empty of so many rows.
    fileprivate mutating func grow(to height: Int, isWide: Bool) {
        func spare(_ lines: [StyledText]) -> Int { max(0, height - lines.count) }
        mostObjects += spare(isWide ? left : single)
        mostRecords += spare(isWide ? left : single)
        mostPolls += spare(isWide ? right : single)
    }
}

extension DashboardContext {
    /// The same surroundings with another instance on the screen, to say how that one is.
    func turned(to id: InstanceID) -> DashboardContext {
        var context = self
        context.instances.current = id
        return context
    }
}
