import ArgumentParser
import Domain
import FoundationEssentials
import Logging
import ServiceLifecycle
import UnixSignals

/// `signalbox serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "The engine without a screen.",
        discussion: """
            Logs to standard error. SIGTERM or Ctrl-C stops it within five seconds: nothing more is accepted, what \
            is in flight finishes or, if it hangs, is retried by the next start, and the exit status is 0. A second \
            signal, a moment later, ends it at once. SIGHUP reads the files of --tls-certificate and --tls-key anew; the closing of its terminal ends it. After a kill it resumes at its next start; nothing acknowledged is lost. Under \
            systemd (Type=notify, WatchdogSec=) it notifies when it is ready and, while nothing is overdue, that it is alive. With \
            PostgreSQL, several at one database work side by side, and each goes on with what another one held that ended.

            \(CommonArguments.locations)
            """
    )

    @OptionGroup(title: "Engine options") var engine: EngineArguments
    @OptionGroup var common: StoreArguments

    func run() throws {
        // First of all, with TLS or without: by default this signal ends a program, and whoever reloads a unit would stop it.
        let signals = try waiting { await UnixSignalsSequence(trapping: .sighup) }
        let terminal = ControllingTerminal()
        let settings = try common.settings(engine.values).withPorts()
        let environment = ProcessInfo.processInfo.environment
        let logger = Logger.diagnostics(settings.logLevel, settings.logFormat)
        let signs = StartSigns(environment: environment) {
            logger.error("The store is not open after \(Limit.storeOpening.text); a service manager hears no more")
        }
        defer { signs?.end() }
        let standby = Standby(settings: settings, environment: environment, signs: signs, logger: logger)
        guard let node = try standby.open() else { return }
        try waiting {
            let result: Result<Void, any Error>
            do {
                let hangUps = HangUps(
                    doors: node.tls,
                    signals: signals,
                    terminal: terminal,
                    logger: node.logger
                )
                let group = node.group(
                    with: [hangUps],
                    signals: [.sigterm, .sigint],
                    environment: environment
                )
                try await group.run()
                result = node.loss.error.map { .failure($0) } ?? .success(())
            } catch {
                result = .failure(error)
            }
            await node.close()
            try result.get()
            // The log of a killed one lacks it.
            node.logger.notice("Stopped")
        }
    }
}
