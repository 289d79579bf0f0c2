import ArgumentParser
import FoundationEssentials
import Glibc

/// The program: the dashboard, and the commands beside it.
@main
struct Signalbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalbox",
        abstract: "Salesforce change events in your terminal, delivered to your callback.",
        discussion: """
            Without a command: the dashboard with the engine inside. Try `signalbox demo`; it needs no setup.

            Every option below is also an environment variable (--data-dir: SIGNALBOX_DATA_DIR) and a key of the configuration file \
            (data-dir: …). The order is option, variable, file, default. \(CommonArguments.locations)
            """,
        version: Version.text,
        subcommands: [
            DemoCommand.self, ServeCommand.self, ListenCommand.self, SimulateOrgCommand.self, InstancesCommand.self,
            EventsCommand.self, ApexCommand.self, AuditCommand.self, BackupCommand.self, RestoreCommand.self,
            MigrateCommand.self,
            CredentialsCommand.self, DoctorCommand.self, KeysCommand.self,
        ]
    )

    @OptionGroup var common: CommonArguments
    @OptionGroup(title: "Dashboard options") var dashboard: DashboardArguments
    @OptionGroup(title: "Engine options") var engine: EngineArguments

    func run() throws {
        let settings = try common.settings(dashboard.values, engine.values).withPorts()
        try DashboardProgram(settings: settings, environment: ProcessInfo.processInfo.environment).run()
    }

    /// Parses, runs and ends with an honest status: 0, 1 (it failed) or 2 (wrong use).
    static func main() {
        StandardStreams.fillClosed()
        do {
            var command = try parseAsRoot()
            try OptionScope.check(command, arguments: Array(CommandLine.arguments.dropFirst()))
            try command.run()
        } catch {
            Glibc.exit(ExitReport(error).finish())
        }
    }
}
