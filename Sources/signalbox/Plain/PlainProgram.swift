import Domain
import Drawing
import EngineAPI
import Interface
import Logging
import Primitives
import ServiceLifecycle
import UnixSignals

/// The dashboard without a screen: the engine at work, reported in plain lines on standard output.
struct PlainProgram: Sendable {
    let settings: Settings
    var companions: DashboardProgram.Companions
    /// What the companions set up, said in the place of the first steps.
    var arrangement: String?

    func run() throws {
        // The lines tell what happens; the log is for what goes wrong.
        let logger = Logger.diagnostics(max(settings.logLevel, .warning))
        let node = try EngineNode.open(settings, logger: logger)
        let services = companions(node) { _, text in StandardStreams.printDiagnostic(text) }
        let welcome =
            arrangement ?? PlainSentence.firstSteps(receiver: settings.receiver, management: settings.management)
        try waiting {
            let result: Result<Void, any Error>
            do {
                let reporter = PlainService(engine: node.engine, welcome: welcome)
                try await node.group(with: services + [reporter], signals: [.sigterm, .sigint]).run()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await node.close()
            try result.get()
        }
    }
}

/// Reports until the engine stops, or until nobody reads any more, which ends the program.
private struct PlainService: Service {
    let engine: any EngineClient
    /// Told once where there is nothing to report on yet.
    let welcome: String

    func run() async throws {
        if try await engine.instances().isEmpty { StandardStreams.printDiagnostic(welcome) }
        let reporter = PlainReporter(source: PlainSource(engine)) { try StandardStreams.printLine($0.string) }
        let notices = engine.notices()
        await cancelWhenGracefulShutdown {
            // Nobody reads any more: stop as if asked to.
            try? await reporter.run(notices: notices)
        }
    }
}
