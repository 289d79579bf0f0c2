import Domain
import Drawing
import Engine
import FoundationEssentials
import Glibc
import Interface
import Logging
import Primitives
import ServiceLifecycle
import Terminal
import Themes

/// The dashboard with the engine inside, from its first check to its last word.
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

    func run() throws {
        let catalog = ThemeCatalog(
            userFolder: StandardDirectories(environment).configuration.map { $0 + "/signalbox/themes" }
        )
        let theme = try theme(in: catalog)
        guard !settings.isPlain, TerminalSession.isInteractive(environment: environment) else {
            try PlainProgram(settings: settings, companions: companions, arrangement: arrangement).run()
            return
        }
        let node = try EngineNode.open(settings, logger: .diagnostics(settings.logLevel))
        let ending: DashboardLoop.Ending
        let group: RunningGroup
        do {
            let redirection = try StandardErrorRedirection(to: settings.dataDirectory + "/signalbox.log")
            (ending, group) = try show(node, catalog: catalog, theme: theme)
            redirection.restore()
        } catch {
            try waiting { await node.close() }
            throw CommandFailure(ErrorSentence.text(error))
        }
        try finish(node, group, ending)
    }

    private func theme(in catalog: ThemeCatalog) throws(UsageError) -> Theme {
        guard let name = settings.theme else { return catalog.standard }
        guard let theme = catalog.theme(named: name) else {
            throw UsageError(
                "There is no theme “\(name.prefix(60))”; choose one of \(catalog.names.joined(separator: ", "))."
            )
        }
        return theme
    }

    /// Draws until something ends it. The engine starts behind the first frame.
    private func show(
        _ node: EngineNode,
        catalog: ThemeCatalog,
        theme: Theme
    ) throws -> (DashboardLoop.Ending, RunningGroup) {
        let wakeup = try Wakeup()
        let inbox = Inbox<DashboardLoop.News>(wakeup: wakeup)
        let session = try TerminalSession(
            TerminalOptions(colorChoice: settings.color, environment: environment),
            wakeup: wakeup
        )
        let browser = BrowserLauncher(environment: environment)
        let dashboard = Dashboard(
            DashboardSettings(
                size: session.size,
                glyphs: session.capabilities.glyphs(ascii: settings.isASCII),
                themes: catalog.names,
                theme: theme.name,
                reportsMouse: settings.hasMouse,
                utcOffset: Self.utcOffset,
                attemptLimit: settings.retryPolicy.maximumAttempts,
                arrangement: arrangement,
                canOpen: browser.isAvailable,
                allowsPasswordGrant: settings.allowsPasswordGrant,
                extraPolls: extraPolls
            ),
            now: .now(),
            keys: settings.actions
        )
        if let notice = session.notice { inbox.post(.message(.report(.warning, notice.string))) }
        for problem in catalog.problems { inbox.post(.message(.report(.warning, "\(problem)"))) }
        let services = companions(node) { inbox.post(.message(.report($0, $1))) }
        let group = RunningGroup(node.group(with: services))
        let feed = NoticeFeed()
        var loop = DashboardLoop(
            session: session,
            dashboard: dashboard,
            catalog: catalog,
            inbox: inbox,
            feed: feed,
            runner: CommandRunner(client: node.engine, browser: browser, inbox: inbox)
        )
        let notices = node.engine.notices()
        let ending = loop.run {
            Task { await feed.follow(notices, into: inbox) }
            group.start { inbox.post(.engineEnded($0)) }
        }
        return (ending, group)
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
    }

    /// Seconds east of UTC where this machine is, now.
    private static var utcOffset: Int {
        var now = time(nil)
        var parts = unsafe tm()
        guard unsafe localtime_r(&now, &parts) != nil else { return 0 }
        return unsafe parts.tm_gmtoff
    }
}
