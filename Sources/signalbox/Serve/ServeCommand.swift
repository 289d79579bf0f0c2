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
            signal ends it at once. SIGHUP reads the files of --tls-certificate and --tls-key anew. After a kill it resumes at its next start; nothing acknowledged is lost. Under \
            systemd (Type=notify, WatchdogSec=) it notifies when it is ready and, while nothing is overdue, that it is alive.

            \(CommonArguments.places)
            """
    )

    @OptionGroup(title: "Engine options") var engine: EngineArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        let settings = try common.settings(engine.values).withPorts()
        let node = try EngineNode.open(settings, logger: .diagnostics(settings.logLevel, settings.logFormat))
        try waiting {
            let result: Result<Void, any Error>
            do {
                let environment = ProcessInfo.processInfo.environment
                var others: [any Service] = []
                if let doors = node.tls {
                    let signals = await UnixSignalsSequence(trapping: .sighup)
                    others = [CertificateReload(doors: doors, signals: signals, logger: node.logger)]
                }
                let group = node.group(with: others, signals: [.sigterm, .sigint], environment: environment)
                try await group.run()
                result = node.loss.error.map { .failure($0) } ?? .success(())
            } catch {
                result = .failure(error)
            }
            await node.close()
            try result.get()
        }
    }
}
