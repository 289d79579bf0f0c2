import Domain
import Drawing
import Interface
import Primitives
import Terminal
import Themes

/// The loop of the one thread that draws: takes input and news, updates the dashboard, draws, and sleeps in between.
struct DashboardLoop: ~Copyable {
    /// Why the loop ended.
    enum Ending: Sendable {
        /// A person wanted it.
        case quit
        /// SIGTERM, SIGINT from outside, or the terminal is gone.
        case ended
        /// The engine stopped by itself.
        case engineFailed(any Error)
    }

    /// What arrives from other threads.
    enum News: Sendable {
        case message(Message)
        case engineEnded((any Error)?)
    }

    /// Between frames that no key asked for.
    private static let frameTime = Duration.milliseconds(33)

    private var session: TerminalSession
    private var dashboard: Dashboard
    private var styles: StyleSheet
    private let catalog: ThemeCatalog
    private let inbox: Inbox<News>
    private let feed: NoticeFeed
    private let runner: CommandRunner
    private let memory: MemoryFile
    private let editor: Editor
    private let fallback: CopyFallback
    private let clock = ContinuousClock()
    private let time = SystemClock()
    private var thread = DrawingThread()
    private var isDirty = true
    private var drawnAt: ContinuousClock.Instant
    private var interrupts = 0
    private var ending: Ending?

    init(
        session: consuming TerminalSession,
        dashboard: Dashboard,
        catalog: ThemeCatalog,
        inbox: Inbox<News>,
        feed: NoticeFeed,
        runner: CommandRunner,
        memory: MemoryFile,
        editor: Editor,
        fallback: CopyFallback
    ) {
        let theme = catalog.theme(named: dashboard.settings.theme) ?? catalog.standard
        styles = theme.styleSheet(depth: session.capabilities.depth)
        self.session = session
        self.dashboard = dashboard
        self.catalog = catalog
        self.inbox = inbox
        self.feed = feed
        self.runner = runner
        self.memory = memory
        self.editor = editor
        self.fallback = fallback
        drawnAt = clock.now
    }

    /// Draws the first frame, then calls `start`, then runs until something ends it.
    mutating func run(start: () -> Void) -> Ending {
        let first = dashboard.update(.start, at: time.now, due: time.due)
        draw()
        start()
        perform(first)
        while ending == nil { turn() }
        session.leave()
        runner.leave()
        return ending ?? .quit
    }

    private mutating func turn() {
        thread.comeFirst(at: clock.now)
        let activity = session.wait(timeout: timeout)
        if activity.isHungUp || !activity.signals.isEmpty {
            ending = .ended
            return
        }
        for event in activity.input { countInterrupts(event) }
        if !activity.input.isEmpty {
            dispatch(.inputs(activity.input))
            // What a key did is shown before anything else is looked at, however much has arrived meanwhile.
            if ending == nil { draw() }
        }
        for news in inbox.drain() {
            switch news {
            case .message(let message):
                dispatch(message)
                if case .notice = message { feed.handledNotice() }
            case .engineEnded(let error?): ending = .engineFailed(error)
            case .engineEnded(nil): dispatch(.engineStopped)
            }
        }
        if let deadline = dashboard.nextDeadline, deadline <= time.due { dispatch(.tick) }
        if activity.needsRedraw { isDirty = true }
        if isDirty, activity.needsRedraw || clock.now - drawnAt >= Self.frameTime { draw() }
    }

    /// Until the dashboard wants to be told the time, or the frame that is due; nil sleeps for ever.
    private var timeout: Duration? {
        var wait: Duration?
        if let deadline = dashboard.nextDeadline {
            wait = .milliseconds(max(0, deadline.since(time.due)))
        }
        if isDirty {
            let frame = max(.zero, Self.frameTime - (clock.now - drawnAt))
            wait = min(wait ?? frame, frame)
        }
        return wait
    }

    /// Ctrl-C twice in a row leaves, whatever the screen shows.
    private mutating func countInterrupts(_ event: InputEvent) {
        guard case .key(let key) = event else { return }
        interrupts = key == .ctrl("c") ? interrupts + 1 : 0
        if interrupts >= 2 { ending = .quit }
    }

    private mutating func dispatch(_ message: Message) {
        isDirty = true
        perform(dashboard.update(message, at: time.now, due: time.due))
    }

    private mutating func perform(_ commands: [Command]) {
        for command in commands {
            switch command {
            case .quit: ending = .quit
            case .suspend: session.suspend()
            case .redraw: session.invalidate()
            case .setTheme(let name): setTheme(name)
            case .remember(let memory): self.memory.keep(memory)
            case .copy(let text, let what): copy(text, what)
            case .edit(let sequence, let text): edit(sequence, text)
            default: runner.run(command)
            }
        }
    }

    private mutating func setTheme(_ name: String) {
        guard let theme = catalog.theme(named: name) else { return }
        styles = theme.styleSheet(depth: session.capabilities.depth)
        session.invalidate()
        isDirty = true
    }

    private mutating func copy(_ text: String, _ what: String) {
        let result: Result<CopyTarget, Failure>
        if fallback.giveToTmux(text) {
            result = .success(.clipboard)
        } else if session.copy(text) {
            result = .success(.terminal)
        } else {
            do { result = .success(try fallback.write(text)) } catch { result = .failure(Failure(error)) }
        }
        dispatch(.copied(what: what, result))
    }

    /// Nothing else is done meanwhile on this thread; the engine goes on.
    private mutating func edit(_ sequence: Int64, _ text: String) {
        let result: Result<String, Failure>
        do {
            result = .success(
                try editor.edit(text, named: "edited-\(sequence).json", in: fallback.folder, &session)
            )
        } catch {
            result = .failure(Failure(error))
        }
        isDirty = true
        dispatch(.edited(sequence: sequence, result))
    }

    private mutating func draw() {
        session.present(dashboard.frame(), styles: styles)
        drawnAt = clock.now
        isDirty = false
    }
}
