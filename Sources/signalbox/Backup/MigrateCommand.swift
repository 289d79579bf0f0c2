import ArgumentParser
import Domain
import FoundationEssentials
import Logging
import Primitives
import Store

#if PostgreSQL
import StorePostgres
#endif

/// `signalbox migrate`.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Moves all that one store holds into another, empty one.",
        discussion: """
            A store is a directory, or a PostgreSQL database, as --store names it: events, deliveries, ledger, settings, secrets \
            and the audit trail come along; secrets are encrypted by the key of the store that they come into. The first store \
            stays as it is. No node may run on either of them. If the command is interrupted, run it again: it goes on where it \
            ended. At the end both are compared, row by row; until then no node opens the second one. A directory's key is its \
            key file, else SIGNALBOX_KEY; a database's is SIGNALBOX_KEY. Prints what was moved, as JSON.
            """
    )

    @Option(help: ArgumentHelp("The store to move from.", valueName: "dir|url"), completion: .directory)
    var from: String

    @Option(help: ArgumentHelp("The store to move into.", valueName: "dir|url"), completion: .directory)
    var to: String

    @OptionGroup var common: LocationArguments

    func run() throws {
        let settings = try common.settings()
        let environment = ProcessInfo.processInfo.environment
        let locations = (try location(from, "--from", environment), try location(to, "--to", environment))
        guard locations.0 != locations.1 else { throw UsageError("--from and --to name the same store; name two.") }
        if case .directory(let path) = locations.0, try !DataDirectory.hasStore(in: path) {
            throw CommandFailure("There is no store in \(path); name its directory with --from.")
        }
        let logger = Logger.diagnostics(settings.logLevel, settings.logFormat)
        let key = try SealingKey.given(environment)
        try waiting {
            let summary = try await Self.closing(try open(locations.0, "--from", key, settings, logger)) { source in
                try await Self.closing(try open(locations.1, "--to", key, settings, logger)) { target in
                    try await StoreMove(from: source, to: target) { table, rows in
                        logger.info("Moved", metadata: ["table": "\(table)", "rows": "\(rows)"])
                    }.run()
                }
            }
            // A start there is to find what has come, whatever its node had before.
            if case .directory(let path) = locations.1 { StoreMark.remove(in: path) }
            try StandardStreams.printLine(Self.json(summary).line)
        }
    }

    /// Lets a store go, whatever came of the work with it.
    private static func closing<Value: Sendable>(
        _ store: any MovableStore,
        _ work: (any MovableStore) async throws -> Value
    ) async throws -> Value {
        let result: Result<Value, any Error>
        do { result = .success(try await work(store)) } catch { result = .failure(error) }
        try await store.close()
        return try result.get()
    }

    private static func json(_ summary: StoreMove.Summary) -> JSON {
        [
            "events": .integer(summary.events), "instances": .integer(summary.instances),
            "rows": .integer(summary.rows), "sha256": .string(summary.hash),
        ]
    }

    private enum Location: Equatable {
        case directory(String)
        case database(Secret)
    }

    private func location(_ text: String, _ name: String, _ environment: [String: String]) throws -> Location {
        guard !text.trimmed.isEmpty else { throw UsageError("\(name) names a directory or a database.") }
        if try Settings.isDatabase(text.trimmed, named: name) {
            return .database(try Settings.database(text.trimmed, named: name))
        }
        return .directory(try StandardDirectories(environment).expand(text))
    }

    private func open(
        _ location: Location,
        _ name: String,
        _ key: GivenKey?,
        _ settings: Settings,
        _ logger: Logger
    ) throws -> any MovableStore {
        do { return try opened(location, key, settings, logger) } catch let error as StoreError {
            guard error.kind == .locked || error.kind == .held else { throw error }
            // What the store names as the way out is a node's.
            throw CommandFailure("The store of \(name) is in use; stop its node, then run the same command again.")
        }
    }

    private func opened(
        _ location: Location,
        _ key: GivenKey?,
        _ settings: Settings,
        _ logger: Logger
    ) throws -> any MovableStore {
        switch location {
        case .directory(let path):
            let hasFile = FilePresence(of: path + "/key") != .missing
            var options = SQLiteStore.Options(key: hasFile ? nil : key)
            options.mayBeMoving = true
            return try SQLiteStore(directory: path, options: options, logger: logger)
        case .database(let text):
            #if PostgreSQL
            if let address = PostgresAddress(text.exposed) {
                let node = NodeName(name: settings.nodeName, address: "signalbox migrate", version: Version.text)
                var options = PostgresStore.Options(key: key, node: node)
                options.mayBeMoving = true
                return try PostgresStore(address, options: options, logger: logger)
            }
            #else
            _ = text
            #endif
            throw UsageError("There is no PostgreSQL in this Signalbox.")
        }
    }
}
