import Domain
import Drawing
import Engine
import EngineAPI
import FoundationEssentials
import Glibc
import Interface
import Logging
import Primitives
import RemoteEngine
import ServiceLifecycle
import Terminal
import Themes

/// The dashboard from its first check to its last word: with the engine inside, or on that of a node elsewhere.
struct DashboardProgram: Sendable {
    /// What runs beside the engine, for instance a simulated org; gets a way to tell the person something.
    typealias Companions = @Sendable (EngineNode, @escaping @Sendable (Severity, String) -> Void) -> [any Service]

    let settings: Settings
    let environment: [String: String]
    var companions: Companions = { _, _ in [] }
    /// What the companions set up, said until it is there.
    var arrangement: String?
    /// Polls that the companions make beside the schedule.
    var extraPolls: ExtraPolls?

    /// Whether the engine of another process may be used in place of an own one.
    var mayAttach = true

    func run() throws {
        let catalog = ThemeCatalog(
            userFolder: StandardDirectories(environment).configuration.map { $0 + "/signalbox/themes" }
        )
        let theme = try theme(in: catalog)
        guard !settings.isPlain, TerminalSession.isInteractive(environment: environment) else {
            try PlainProgram(
                settings: settings,
                environment: environment,
                companions: companions,
                arrangement: arrangement,
                extraPolls: extraPolls,
                mayAttach: mayAttach
            ).run()
            return
        }
        switch try engine(logger: .diagnostics(settings.logLevel, settings.logFormat)) {
        case .own(let node): try run(node, catalog: catalog, theme: theme)
        case .elsewhere(let attachment): try run(attachment, catalog: catalog, theme: theme)
        }
    }

    private func run(_ node: EngineNode, catalog: ThemeCatalog, theme: Theme) throws {
        let absence = Absence.ended(dataDirectory: settings.dataDirectory, node: nil)
        let group: RunningGroup
        let ending: DashboardLoop.Ending
        do {
            let redirection = StandardErrorRedirection(to: settings.dataDirectory + "/signalbox.log")
            (ending, group) = try show(node, absence, catalog: catalog, theme: theme, problem: redirection.problem)
            redirection.restore()
        } catch {
            try waiting { await node.close() }
            throw CommandFailure(ErrorSentence.text(error))
        }
        absence.begin()
        try finish(node, group, ending)
    }

    /// The dashboard on an engine elsewhere: nothing runs here but the screen.
    private func run(_ attachment: Attachment, catalog: ThemeCatalog, theme: Theme) throws {
        defer { try? waiting { await attachment.close() } }
        try waiting { try await attachment.check() }
        let folder = try Absence.folder(settings)
        let absence = Absence.ended(dataDirectory: folder, node: settings.attach)
        let redirection = StandardErrorRedirection(to: folder + "/dashboard.log")
        var screen = try screen(
            client: attachment.engine,
            node: try attachment.url(),
            catalog: catalog,
            theme: theme,
            problem: redirection.problem
        )
        let memory = screen.memory
        let (engine, inbox, feed) = (attachment.engine, screen.inbox, screen.feed)
        let notices = engine.notices()
        _ = screen.loop.run {
            Task { await feed.follow(notices, into: inbox) }
            Task { for await link in engine.links() { inbox.post(.message(.node(link))) } }
            report(absence, of: engine, to: inbox)
        }
        memory.flush()
        redirection.restore()
        absence.begin()
    }

    private func theme(in catalog: ThemeCatalog) throws(UsageError) -> Theme {
        guard let name = settings.theme else { return catalog.standard }
        guard let theme = catalog.theme(named: name) else {
            let others = catalog.names.joined(separator: ", ")
            if let problem = catalog.problem(ofThemeNamed: name) {
                throw UsageError("The theme “\(name.prefix(60))” can't be used: \(problem). Others are \(others).")
            }
            throw UsageError("There is no theme “\(name.prefix(60))”; choose one of \(others).")
        }
        return theme
    }

    /// What is given goes before what was chosen in the dashboard; with a sentence where that is gone.
    private func shownTheme(
        _ given: Theme,
        _ memory: DashboardMemory,
        _ catalog: ThemeCatalog
    ) -> (Theme, missing: String?) {
        guard settings.theme == nil, let name = memory.theme else { return (given, nil) }
        if let theme = catalog.theme(named: name) { return (theme, nil) }
        if let problem = catalog.problem(ofThemeNamed: name) {
            return (given, "The theme “\(name.prefix(60))” can't be used: \(problem). This is “\(given.name)”.")
        }
        return (given, "The theme “\(name.prefix(60))” is not there any more; this is “\(given.name)”.")
    }

    /// Draws until something ends it. The engine starts behind the first frame.
    private func show(
        _ node: EngineNode,
        _ absence: Absence,
        catalog: ThemeCatalog,
        theme: Theme,
        problem: String?
    ) throws -> (DashboardLoop.Ending, RunningGroup) {
        var screen = try screen(client: node.engine, node: nil, catalog: catalog, theme: theme, problem: problem)
        let memory = screen.memory
        let (engine, inbox, feed) = (node.engine, screen.inbox, screen.feed)
        let services = companions(node) { inbox.post(.message(.report($0, $1))) }
        let group = RunningGroup(
            node.group(with: services, onDashboards: { inbox.post(.message(.dashboardsAttached($0))) })
        )
        let notices = engine.notices()
        let ending = screen.loop.run {
            Task { await feed.follow(notices, into: inbox) }
            group.start { inbox.post(.engineEnded($0)) }
            report(absence, of: engine, to: inbox)
        }
        memory.flush()
        return (ending, group)
    }

    /// Says what came while no dashboard was open, if anything did.
    private func report(_ absence: Absence, of engine: any EngineClient, to inbox: Inbox<DashboardLoop.News>) {
        Task {
            guard let words = try? await absence.words(engine) else { return }
            inbox.post(.message(.report(.info, words)))
        }
    }

    /// The loop, with what is brought to it.
    private struct Screen: ~Copyable {
        var loop: DashboardLoop
        let inbox: Inbox<DashboardLoop.News>
        let feed: NoticeFeed
        let memory: MemoryFile
    }

    private func screen(
        client: any EngineClient,
        node: String?,
        catalog: ThemeCatalog,
        theme: Theme,
        problem: String?
    ) throws -> Screen {
        let wakeup = try Wakeup()
        let inbox = Inbox<DashboardLoop.News>(wakeup: wakeup)
        let session = try TerminalSession(
            TerminalOptions(colorChoice: settings.color, environment: environment),
            wakeup: wakeup
        )
        let browser = BrowserLauncher(environment: environment)
        let (memory, lost) = MemoryFile.open(dataDirectory: settings.dataDirectory) {
            inbox.post(.message(.report(.warning, $0)))
        }
        let editor = Editor(environment: environment)
        let (shown, missing) = shownTheme(theme, memory.kept, catalog)
        let dashboard = Dashboard(
            DashboardSettings(
                size: session.size,
                glyphs: session.capabilities.glyphs(ascii: settings.isASCII),
                themes: catalog.names,
                theme: shown.name,
                givenTheme: settings.theme,
                reportsMouse: settings.hasMouse,
                clock: LocalTime.clock,
                arrangement: arrangement,
                canOpen: browser.isAvailable,
                canEdit: editor.isKnown,
                allowsPasswordGrant: settings.allowsPasswordGrant,
                directory: FileManager.default.currentDirectoryPath,
                extraPolls: extraPolls,
                node: node,
                attached: settings.attach,
                filters: settings.filters,
                columns: settings.columns,
                memory: memory.kept
            ),
            now: .now(),
            due: SystemClock().due,
            keys: settings.actions
        )
        if let notice = session.notice { inbox.post(.message(.report(.warning, notice.string))) }
        if let lost { inbox.post(.message(.report(.warning, lost))) }
        if let problem { inbox.post(.message(.report(.warning, problem))) }
        if let missing { inbox.post(.message(.report(.warning, missing))) }
        for problem in catalog.problems { inbox.post(.message(.report(.warning, "\(problem)"))) }
        let feed = NoticeFeed()
        let loop = DashboardLoop(
            session: session,
            dashboard: dashboard,
            catalog: catalog,
            inbox: inbox,
            feed: feed,
            runner: CommandRunner(client: client, browser: browser, inbox: inbox),
            memory: memory,
            editor: editor,
            fallback: CopyFallback(folder: settings.dataDirectory, environment: environment)
        )
        return Screen(loop: loop, inbox: inbox, feed: feed, memory: memory)
    }

    /// Lets the engine finish what is in flight, after the screen was given back.
    private func finish(_ node: EngineNode, _ group: RunningGroup, _ ending: DashboardLoop.Ending) throws {
        let slow = DelayedDiagnostic.after(
            milliseconds: 500,
            "Finishing what is in flight; Ctrl-C ends at once, nothing is lost."
        )
        defer { slow.cancel() }
        var status: Int32 = 0
        if case .engineFailed = ending { status = 1 }
        node.ending.begin(status: status)
        try waiting {
            await group.stop()
            await node.close()
        }
        if case .engineFailed(let error) = ending { throw error }
        if let error = node.loss.error { throw error }
    }
}
