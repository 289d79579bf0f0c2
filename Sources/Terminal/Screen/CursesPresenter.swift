import CNcurses
import Drawing

/// Sends frames to the screen: only the cells that changed, all at once where the terminal can do that.
struct CursesPresenter {
    /// What ncurses is told for a style.
    private struct Look {
        var attributes: attr_t
        var pair: Int32
    }

    private let line: TerminalLine
    private let modes: ScreenModes
    private let isUTF8: Bool
    private let colors: ColorNumbers
    private var last: Canvas?
    private var sheet: StyleSheet?
    private var looks: [Style: Look] = [:]
    private var cursor: Point?
    private var links: [Hyperlink] = []
    private var title: String?
    private var reportsMouse = false
    private var mustClear = true

    init(line: TerminalLine, modes: ScreenModes, isUTF8: Bool, colors: ColorNumbers) {
        self.line = line
        self.modes = modes
        self.isUTF8 = isUTF8
        self.colors = colors
    }

    /// Forgets what the screen shows, so that the next frame is sent in full.
    mutating func invalidate() {
        last = nil
        mustClear = true
        title = nil
        reportsMouse = false
    }

    /// Brings the screen to `frame` and gives the number of cells sent.
    @discardableResult
    mutating func present(_ frame: Frame, styles: StyleSheet) -> Int {
        if sheet != styles {
            sheet = styles
            looks = [:]
            last = nil
        }
        if mustClear { unsafe wclear(cn_screen()) }
        let sent = send(frame.canvas, styles: styles)
        let moved = frame.cursor != cursor || last == nil
        last = frame.canvas
        if sent > 0 || moved || mustClear { update(cursor: frame.cursor) }
        if sent > 0 || mustClear || links != frame.links { link(frame, styles: styles) }
        mustClear = false
        update(title: frame.title, reportsMouse: frame.reportsMouse)
        return sent
    }

    private mutating func send(_ canvas: Canvas, styles: StyleSheet) -> Int {
        var sent = 0
        var letters: [UInt32] = [0]
        var looks = looks
        canvas.forEachChange(from: last) { point, cell in
            guard !cell.isTrailing else { return }
            let look: Look
            if let known = looks[cell.style] {
                look = known
            } else {
                look = self.look(styles.paint(for: cell.style))
                looks[cell.style] = look
            }
            if let scalar = canvas.scalar(of: cell) {
                letters[0] = scalar
                put(letters, at: point, look)
            } else {
                put(canvas.scalars(of: cell).map(\.value), at: point, look)
            }
            sent += 1
        }
        self.looks = looks
        return sent
    }

    private func put(_ letters: [UInt32], at point: Point, _ look: Look) {
        // Views draw in ASCII where they must; what slipped through ncurses would refuse, and leave the old cell standing.
        let shown = isUTF8 || letters.allSatisfy { $0 < 0x7F } ? letters : [0x3F]
        _ = unsafe cn_put(
            Int32(point.y),
            Int32(point.x),
            shown,
            Int32(shown.count),
            look.attributes,
            look.pair
        )
    }

    private mutating func update(cursor wanted: Point?) {
        line.write(ScreenModes.frameStart)
        curs_set(wanted == nil ? 0 : 1)
        if let wanted { unsafe wmove(cn_screen(), Int32(wanted.y), Int32(wanted.x)) }
        unsafe wnoutrefresh(cn_screen())
        doupdate()
        line.write(ScreenModes.frameEnd)
        cursor = wanted
    }

    /// Writes linked cells once more past ncurses, which knows no links; what the cells show stays the same.
    ///
    /// The terminal's own memory of cursor and colours is put back afterwards, so ncurses' picture of it stays true.
    /// Cells that were links and are none any more are written without one: ncurses leaves cells alone whose letter
    /// and look did not change, and the terminal would keep their link.
    private mutating func link(_ frame: Frame, styles: StyleSheet) {
        guard modes.hasTitle, !(links.isEmpty && frame.links.isEmpty) else { return }
        let writer = LinkWriter(canvas: frame.canvas, styles: styles, colors: colors, isUTF8: isUTF8)
        let former = mustClear ? [] : links.filter { !frame.links.contains($0) }
        let text = former.map { writer.cells($0.area, link: nil) } + frame.links.map { writer.cells($0.area, link: $0) }
        line.write(ScreenModes.frameStart + text.joined() + ScreenModes.frameEnd)
        links = frame.links
    }

    private mutating func update(title wanted: DisplayText?, reportsMouse wantsMouse: Bool) {
        let words = isUTF8 ? wanted?.string : wanted?.ascii.string
        if modes.hasTitle, let words, words != title {
            line.write("\u{1B}]2;\(words)\u{07}")
            title = words
        }
        if wantsMouse != reportsMouse {
            line.write(wantsMouse ? modes.mouseOn : modes.mouseOff)
            reportsMouse = wantsMouse
        }
    }

    private func look(_ paint: Paint) -> Look {
        var attributes: attr_t = 0
        let flags: [(Attributes, attr_t)] = [
            (.bold, cn_bold), (.dim, cn_dim), (.italic, cn_italic), (.underline, cn_underline), (.reverse, cn_reverse),
        ]
        let (foreground, background, shown) = colors.resolve(paint)
        for (attribute, flag) in flags where shown.contains(attribute) { attributes |= flag }
        // Pairs are counted by ncurses: the same two colours give the same pair again.
        let pair = foreground < 0 && background < 0 ? 0 : alloc_pair(foreground, background)
        return Look(attributes: attributes, pair: max(0, pair))
    }
}
