import Domain
import Drawing
import EngineAPI
import Interface
import Logging
import Primitives
import RemoteEngine
import ServiceLifecycle
import UnixSignals

/// The dashboard without a screen: the engine at work, here or elsewhere, reported in plain lines on standard output.
struct PlainProgram: Sendable {
    let settings: Settings
    let environment: [String: String]
    var companions: DashboardProgram.Companions
    /// What the companions set up, said in the place of the first steps.
    var arrangement: String?
    /// Polls that the companions make beside the schedule.
    var extraPolls: ExtraPolls?
    var mayAttach = true

    func run() throws {
        // The lines tell what happens; the log is for what goes wrong.
        let logger = Logger.diagnostics(max(settings.logLevel, .warning), settings.logFormat)
        let used = try DashboardProgram.engine(
            settings,
            environment: environment,
            mayAttach: mayAttach,
            logger: logger
        )
        switch used {
        case .own(let node): try run(node)
        case .elsewhere(let attachment): try run(attachment, logger: logger)
        }
    }

    private func run(_ node: EngineNode) throws {
        let absence = Absence.ended(dataDirectory: settings.dataDirectory, node: nil)
        let services = companions(node) { _, text in StandardStreams.printDiagnostic(text) }
        let (listening, listens) = AsyncStream<String>.makeStream()
        let (arrangement, extraPolls) = (arrangement, extraPolls)
        let end = PlainEnd(of: node.ending)
        try waiting {
            let result: Result<Void, any Error>
            do {
                let reporter = PlainService(engine: node.engine, absence: absence, end: end, extraPolls: extraPolls) {
                    if let arrangement { arrangement } else { await listening.first { _ in true } }
                }
                let group = node.group(with: services + [reporter], signals: [.sigterm, .sigint]) {
                    listens.yield(
                        PlainSentence.firstSteps(
                            receiver: $0.url(isSecure: node.tls != nil),
                            management: $1.url(isSecure: node.tls != nil)
                        )
                    )
                }
                try await group.run()
                result = node.loss.error.map { .failure($0) } ?? .success(())
            } catch {
                result = .failure(error)
            }
            await node.close()
            try result.get()
            try end.check()
        }
        absence.begin()
    }

    private func run(_ attachment: Attachment, logger: Logger) throws {
        let absence = Absence.ended(dataDirectory: try Absence.folder(settings), node: settings.attach)
        try waiting {
            let result: Result<Void, any Error>
            do {
                try await report(attachment, absence, logger: logger)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await attachment.close()
            try result.get()
        }
        absence.begin()
    }

    private func report(_ attachment: Attachment, _ absence: Absence, logger: Logger) async throws {
        try await attachment.check()
        let url = try attachment.url()
        StandardStreams.printDiagnostic("signalbox: attached to \(url).")
        let welcome = "signalbox: there is no instance at \(url) yet."
        let ending = Ending(logger: logger)
        let end = PlainEnd(of: ending)
        let services: [any Service] = [
            LinkService(engine: attachment.engine),
            PlainService(engine: attachment.engine, absence: absence, end: end) { welcome },
        ]
        let group = ServiceGroup.made(of: services, signals: [.sigterm, .sigint], ending: ending, logger: logger)
        try await group.run()
        ending.finish()
        try end.check()
    }
}

/// What ended the report before anybody asked for its end. The parts of the program end in their order all the same.
private final class PlainEnd: Sendable {
    private let ending: Ending
    private let error = Locked<(any Error)?>(nil)

    init(of ending: Ending) { self.ending = ending }

    /// The first one counts; a reader that went away is none, nor is the end that was asked for.
    func note(_ error: any Error) {
        guard !Task.isCancelled, !Task.isShuttingDownGracefully, !ending.hasBegun else { return }
        guard !(error is CancellationError), !(error is StandardStreams.Closed) else { return }
        self.error.withLock { $0 = $0 ?? error }
    }

    func check() throws { if let error = error.withLock({ $0 }) { throw error } }
}

/// Reports until the engine stops, or until nobody reads any more, which ends the program.
private struct PlainService: Service {
    let engine: any EngineClient
    let absence: Absence
    let end: PlainEnd
    var extraPolls: ExtraPolls?
    /// Told once where there is nothing to report on yet; nil where it ends before.
    let welcome: @Sendable () async -> String?

    func run() async throws {
        if try await engine.instances().isEmpty {
            let words = await cancelWhenGracefulShutdown { await welcome() }
            if let words { StandardStreams.printDiagnostic(words) }
        }
        if let words = try? await absence.words(engine) { StandardStreams.printDiagnostic("signalbox: \(words)") }
        let write: @Sendable (DisplayText) throws -> Void = { try StandardStreams.printLine($0.string) }
        let reporter = PlainReporter(source: PlainSource(engine), extraPolls: extraPolls, write: write)
        let console = PlainConsole(
            engine: engine,
            reporter: reporter,
            extraPolls: extraPolls,
            write: write,
            refuse: { StandardStreams.printDiagnostic($0) }
        )
        let notices = engine.notices()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Bool.self) { group in
                // Nobody reads any more, or nothing can be said: stop as if asked to.
                group.addTask {
                    do { try await reporter.run(notices: notices) } catch { end.note(error) }
                    return true
                }
                group.addTask {
                    do {
                        return try await console.run(StandardInput.lines())
                    } catch let error as any SentenceError {
                        StandardStreams.printDiagnostic("signalbox: \(error.description)")
                        return false
                    } catch {
                        end.note(error)
                        return true
                    }
                }
                // The end of the input ends only the commands.
                while let isOver = await group.next(), !isOver {}
                group.cancelAll()
            }
        }
    }
}

/// Says when the node is lost, and when it is back.
private struct LinkService: Service {
    let engine: RemoteEngine

    func run() async throws {
        var isLost = false
        for await link in engine.links().cancelOnGracefulShutdown() {
            switch link {
            case .reached(let address):
                if isLost { StandardStreams.printDiagnostic("signalbox: the node is back, at \(address).") }
                isLost = false
            // It may answer yet.
            case .slow: continue
            case .lost(let address, let since, let reason):
                if !isLost {
                    StandardStreams.printDiagnostic(
                        "signalbox: the node at \(address) is unreachable since \(LocalTime.sentence(since)), trying again: \(reason)."
                    )
                }
                isLost = true
            }
        }
    }
}
