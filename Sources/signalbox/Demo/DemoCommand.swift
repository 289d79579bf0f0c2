import ArgumentParser
import Domain
import Engine
import FoundationEssentials
import Glibc
import Logging
import Primitives
import SimulatedOrg
import Store

/// `signalbox demo`.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The dashboard against a simulated org and a local callback, in one process.",
        discussion: """
            Needs no setup and leaves nothing behind: by default the data directory is temporary, and the receiver and \
            the management API use free ports. It begins with an hour of made-up history, and the org's records change \
            continuously. The instance is polled every \
            three seconds (the shortest interval of the form is a minute). One notification in twelve is answered \
            with 503 at first, to show a retry, and one in forty always with 500, so that some are dead after twenty \
            seconds; replay them, filter them (/), look into them (Enter).
            """
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("Random changes per second.", valueName: "n"))
    var rate = 0.7

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Makes the org's data and activity repeatable.", valueName: "n")
    )
    var seed: UInt64 = 7

    @OptionGroup(title: "Dashboard options") var dashboard: DashboardArguments
    @OptionGroup(title: "Engine options") var engine: EngineArguments
    @OptionGroup var common: LocationArguments

    func validate() throws {
        guard rate >= 0, rate <= 1000 else { throw ValidationError("--rate is 0 to 1000 changes a second.") }
    }

    func run() throws {
        var settings = try common.settings(dashboard.values, engine.values)
        // Nothing of the demo comes into a real database.
        (settings.database, settings.storeDirectory) = (nil, nil)
        let given = common.values
        let folder = given[.dataDirectory] == nil ? try Self.temporaryFolder() : nil
        if let folder { settings.dataDirectory = folder } else { try Self.checkStore(settings) }
        // Beside a real signalbox: the demo takes any ports unless told otherwise.
        if given[.receiver] == nil { settings.receiver = HostPort(host: "127.0.0.1", port: try FreePort.find()) }
        if given[.management] == nil { settings.management = HostPort(host: "127.0.0.1", port: try FreePort.find()) }
        settings = try settings.withPorts()
        if settings.retryPolicy == .standard { settings.retryPolicy = DemoScene.retryPolicy }
        defer { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
        let scene = try DemoScene(rate: rate, seed: seed)
        let program = DashboardProgram(
            settings: settings,
            environment: ProcessInfo.processInfo.environment,
            companions: { node, report in scene.services(beside: node, report: report) },
            arrangement: "Starting the demo: a simulated org, a callback, and an instance between them…",
            extraPolls: DemoScene.extraPolls,
            mayAttach: false
        )
        try program.run()
    }

    /// What the demo makes up would stay among real events, and the orgs of other instances would be polled beside its own.
    static func checkStore(_ settings: Settings) throws {
        guard settings.storeElsewhere == nil else {
            throw UsageError(
                "\(settings.dataDirectory) is a node's, which has its events elsewhere; leave out --data-dir, or name a "
                    + "directory for the demo alone."
            )
        }
        guard try DataDirectory.hasStore(in: settings.dataDirectory) else { return }
        let instances: [Instance] = try waiting {
            let store = try NodeStore.open(settings, logger: .diagnostics(.error)).store
            let stored: Result<[Instance], any Error>
            do { stored = .success(try await store.instances()) } catch { stored = .failure(error) }
            try await store.close()
            return try stored.get()
        }
        guard let other = instances.first(where: { !DemoScene.isOwn($0) }) else { return }
        throw UsageError(
            "\(settings.dataDirectory) holds an instance that is not the demo's, “\(other.name.prefix(60))”; leave out "
                + "--data-dir, or name a directory for the demo alone."
        )
    }

    private static func temporaryFolder() throws(CommandFailure) -> String {
        let base = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let path = "\(base)/signalbox-demo-\(getpid())-\(Timestamp.now().milliseconds)"
        // Only this user may look into it, and nobody can have put something there before.
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw CommandFailure("No temporary directory can be made in \(base); name one with --data-dir.")
        }
        return path
    }
}
