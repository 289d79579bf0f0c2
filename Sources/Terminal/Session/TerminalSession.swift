import CNcurses
import CTerminal
package import Drawing
import Glibc

/// The screen, from opening to leaving; owned by the one thread that draws.
///
/// It can't be copied and so can't be caught by a task. Open it before other threads start: ncurses and the
/// C library read the environment meanwhile.
package struct TerminalSession: ~Copyable {
    package let capabilities: Capabilities
    /// A sentence to show about the terminal, for instance that its description is missing.
    package let notice: DisplayText?
    private let line: TerminalLine
    private let modes: ScreenModes
    private let wakeup: Wakeup
    private var reader: InputReader
    private var presenter: CursesPresenter
    private var pending = TerminalActivity()
    private var hasLeft = false
    /// Whether the terminal is gone.
    private var isGone = false
    /// Whether it was asked to end while it was stopped: the screen was given back then, and the terminal is another's.
    private var isAway = false
    /// The size that was reported last; ncurses may have learned of a new one by itself meanwhile.
    private var reportedSize: Size

    /// Whether standard input and output are both a terminal that can be drawn on.
    package static func isInteractive(environment: [String: String]) -> Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    }

    /// Takes the screen over. Whatever ends the program from here on gives it back.
    package init(_ options: TerminalOptions, wakeup: Wakeup) throws(TerminalError) {
        if !Self.isInteractive(environment: options.environment) {
            throw options.environment["TERM"] == "dumb" ? .cannotMoveCursor : .notInteractive
        }
        cterminal_restore_remember(STDIN_FILENO)
        cterminal_watch(STDOUT_FILENO)
        // Before ncurses, which installs its own handlers only where none stand; its own would end the process.
        cterminal_signals_install(wakeup.descriptor)
        let opened: OpenedScreen
        do {
            opened = try OpenedScreen.open(options)
        } catch {
            cterminal_signals_restore(false)
            throw error
        }
        raw()
        noecho()
        nonl()
        set_escdelay(25)
        let hasOtherScreen = !Self.withoutPadding("rmcup").isEmpty
        let modes = ScreenModes(term: opened.capabilities.term, hasOtherScreen: hasOtherScreen)
        let line = TerminalLine.standard
        Self.arm(modes)
        capabilities = opened.capabilities
        notice = opened.notice
        self.line = line
        self.modes = modes
        self.wakeup = wakeup
        reader = InputReader()
        reportedSize = Size(width: Int(cn_columns()), height: Int(cn_rows()))
        presenter = CursesPresenter(
            line: line,
            modes: modes,
            isUTF8: opened.capabilities.isUTF8,
            colors: opened.colors
        )
        doupdate()
        line.write(modes.enter)
    }

    deinit {
        if !hasLeft { Self.close(line, modes, isGone: isGone, isAway: isAway) }
    }

    /// The size of the screen as ncurses knows it.
    package var size: Size { Size(width: Int(cn_columns()), height: Int(cn_rows())) }

    /// Brings the screen to `frame` and gives the number of cells that changed.
    @discardableResult
    package mutating func present(_ frame: Frame, styles: StyleSheet) -> Int {
        hasLeft || isAway ? 0 : presenter.present(frame, styles: styles)
    }

    /// Paints every cell of the next frame, whatever the terminal shows now.
    package mutating func invalidate() { presenter.invalidate() }

    /// Waits for input, a signal or the wake-up, and takes all there is; nil waits for ever.
    package mutating func wait(timeout: Duration? = nil) -> TerminalActivity {
        // What ncurses has read already wouldn't wake the poll.
        if pending.input.isEmpty && !pending.needsRedraw { readInput() }
        let isIdle = pending.input.isEmpty && !pending.needsRedraw && pending.signals.isEmpty
        let ready = cterminal_wait(STDIN_FILENO, wakeup.descriptor, isIdle ? Self.milliseconds(timeout) : 0)
        if ready & Int32(CTERMINAL_HANGUP) != 0 { pending.isHungUp = true }
        wakeup.drain()
        answerSignals()
        readInput()
        if pending.isHungUp { isGone = true }
        defer { pending = TerminalActivity() }
        return pending
    }

    /// Sends `text` for the user's clipboard; false if it is too long for terminals to take, or if this one has none. Whether
    /// another takes it, it never says.
    package func copy(_ text: String) -> Bool {
        guard modes.hasClipboard, let sequence = Clipboard.sequence(for: text) else { return false }
        return line.write(sequence)
    }

    /// Gives the screen back and stops, as Ctrl-Z does everywhere; returns after `fg`.
    package mutating func suspend() {
        guard !hasLeft else { return }
        line.write(modes.leave)
        endwin()
        line.write(modes.end)
        cterminal_stop()
        resume()
    }

    /// Gives the terminal to another program until that ends, and takes it again; its exit status, nil if it did not run to
    /// its own end.
    package mutating func lend(to words: [String]) -> Int32? {
        guard !hasLeft else { return nil }
        line.write(modes.leave)
        endwin()
        let status = OtherProgram.runInFront(words, on: STDIN_FILENO)
        resume(behindOther: true)
        return status
    }

    /// Gives the screen back for good; doing so twice is harmless.
    package mutating func leave() {
        guard !hasLeft else { return }
        hasLeft = true
        Self.close(line, modes, isGone: isGone, isAway: isAway)
    }

    private mutating func resume(behindOther: Bool = false) {
        let isInFront = cterminal_foreground(STDIN_FILENO)
        // Our own stop raised SIGCONT; other signals that came meanwhile still count.
        record(cterminal_signals_take() & ~Int32(CTERMINAL_CONTINUED) & ~Int32(CTERMINAL_STOP))
        guard isInFront else {
            isAway = true
            if pending.signals.isEmpty { pending.isHungUp = true }
            return
        }
        if behindOther {
            line.write(modes.recovery)
            // What was typed before our screen is back was meant for the other program.
            flushinp()
        }
        reset_prog_mode()
        doupdate()
        line.write(modes.enter)
        presenter.invalidate()
        pending.needsRedraw = true
        applySize()
    }

    private mutating func answerSignals() {
        let raised = cterminal_signals_take()
        record(raised)
        if raised & Int32(CTERMINAL_STOP) != 0 { return suspend() }
        if raised & Int32(CTERMINAL_CONTINUED) != 0, pending.signals.isEmpty {
            // Someone stopped us with SIGSTOP: the shell has changed the line and written on the screen.
            line.write(modes.leave)
            endwin()
            return resume()
        }
        if raised & Int32(CTERMINAL_RESIZED) != 0 { applySize() }
    }

    private mutating func record(_ raised: Int32) {
        let known: TerminalSignals = [.terminate, .interrupt, .hangUp]
        pending.signals.formUnion(TerminalSignals(rawValue: raised).intersection(known))
        if raised & Int32(CTERMINAL_HUNG_UP) != 0 { pending.isHungUp = true }
    }

    private mutating func applySize() {
        guard let current = line.size else { return }
        if current != size { resizeterm(Int32(current.height), Int32(current.width)) }
        guard current != reportedSize else { return }
        reportedSize = current
        presenter.invalidate()
        pending.needsRedraw = true
        pending.input.insert(.resize(current), at: 0)
    }

    private mutating func readInput() {
        // ncurses would take the screen again before it reads.
        if !isAway { pending.input += reader.read() }
    }

    private static func milliseconds(_ timeout: Duration?) -> Int32 {
        guard let timeout else { return -1 }
        let (seconds, attoseconds) = timeout.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(max(0, seconds * 1000 + rest))
    }

    private static func close(_ line: TerminalLine, _ modes: ScreenModes, isGone: Bool, isAway: Bool) {
        if !isAway {
            cterminal_restore_from_background()
            line.write(modes.leave)
            endwin()
            line.write(modes.end)
        }
        cterminal_restore_disarm()
        if !isAway { cterminal_restore_line() }
        cterminal_signals_restore(isGone)
    }

    /// Prepares what a crash writes: our modes off, then what ncurses would do at its end.
    private static func arm(_ modes: ScreenModes) {
        let capabilities = ["sgr0", "op", "rmkx", "cnorm", "rmcup"].map(withoutPadding).joined()
        let bytes = Array((modes.leave + capabilities + modes.suddenEnd).utf8)
        _ = unsafe bytes.withUnsafeBytes { raw in
            guard let address = raw.baseAddress else { return false }
            return unsafe cterminal_restore_arm(address, raw.count)
        }
    }

    /// A capability without the delays `$<…>` that only ncurses can make.
    private static func withoutPadding(_ name: String) -> String {
        guard let value = unsafe cn_capability(name) else { return "" }
        var text = unsafe String(cString: value)
        while let start = text.firstRange(of: "$<"), let end = text[start.upperBound...].firstIndex(of: ">") {
            text.removeSubrange(start.lowerBound...end)
        }
        return text
    }
}
