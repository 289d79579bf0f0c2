import Domain
import FoundationEssentials
import Logging
import Primitives
import Store

#if PostgreSQL
import StorePostgres
#endif

/// The store that the settings name.
struct NodeStore: Sendable {
    let store: any EventStore
    /// Calls a body once where this node was taken for dead by others, and the store refuses everything.
    let onLoss: @Sendable (@escaping @Sendable (StoreError) -> Void) -> Void
    /// The files that all nodes of the store share, as it has them now; nil where there is one node alone.
    var sharedFiles: (@Sendable () async throws -> [String: [UInt8]])?
    /// Calls a body each time that they were changed, by whomever.
    var onFileChange: @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }

    /// Opens it, beside other nodes where it `shares` it; where one is in the way that has ended without a word, when that
    /// one's time is over.
    ///
    /// - Throws: `StoreError` with `.locked` where another process has the data directory; `UsageError` where its node has its
    ///   events elsewhere, and the settings don't say where; `CommandFailure` for a key that can't be read.
    static func open(_ settings: Settings, shares: Bool = false, logger: Logger) throws -> NodeStore {
        let key = try SealingKey.given(ProcessInfo.processInfo.environment)
        #if PostgreSQL
        if let address = settings.database.flatMap({ PostgresAddress($0.exposed) }) {
            var options = PostgresStore.Options(
                key: key,
                node: NodeName(
                    name: settings.nodeName,
                    address: settings.management.url(isSecure: settings.tls != nil),
                    version: Version.text
                )
            )
            options.directory = settings.dataDirectory
            options.isExclusive = !shares
            let store = try PostgresStore(address, options: options, logger: logger)
            return NodeStore(
                store: store,
                onLoss: { store.onLoss($0) },
                sharedFiles: { try await store.sharedFiles() },
                onFileChange: { store.onFileChange($0) }
            )
        }
        #endif
        if let mark = settings.storeElsewhere {
            // Whoever has the directory is found first: there is an engine to be used.
            _ = try DirectoryLock(path: settings.dataDirectory + "/" + DirectoryLock.fileName)
            throw UsageError(mark.sentence(settings.dataDirectory))
        }
        var options = SQLiteStore.Options(key: key)
        if settings.storeDirectory != nil { options.directory = settings.dataDirectory }
        let store = try SQLiteStore(directory: settings.eventsDirectory, options: options, logger: logger)
        // Nobody takes a data directory from a process that lives.
        return NodeStore(store: store, onLoss: { _ in })
    }
}

extension Settings {
    /// For commands that need what is stored: a directory that was mistyped is not made, and does not pass for an empty store.
    ///
    /// - Throws: `CommandFailure` where nothing is stored and nobody is about to; `StoreError` where that can't be told.
    func requireStore() throws {
        guard database == nil, try !DataDirectory.hasStore(in: eventsDirectory) else { return }
        // A node that starts makes it in a moment.
        let isHeld = [dataDirectory, eventsDirectory].contains { DirectoryLock.isHeld(in: $0) }
        guard !isHeld, try StoreHealth.standing(directory: eventsDirectory) == .missing else { return }
        try requireNamedStore()
        let option: SettingKey = storeDirectory == nil ? .dataDirectory : .store
        throw CommandFailure(
            "There is no store in \(eventsDirectory); name its directory with \(option.option), or start `signalbox`, which "
                + "makes one."
        )
    }

    /// For commands that are about the secrets of a node, which may have been made before its store.
    func requireDataDirectory() throws(CommandFailure) {
        guard database == nil, FilePresence(of: dataDirectory) == .missing else { return }
        throw CommandFailure(
            "There is no data directory \(dataDirectory); name another with \(SettingKey.dataDirectory.option), or start "
                + "`signalbox`, which makes it."
        )
    }

    /// For commands that are about the files of a data directory.
    ///
    /// - Throws: `UsageError` that names the tools which do that with PostgreSQL, or the option where they are elsewhere.
    func requireFiles(_ what: String, instead: String) throws(UsageError) {
        guard database != nil else { return try requireNamedStore() }
        throw UsageError(
            "With --store, events are in PostgreSQL, whose own tools \(what): \(instead). Keep SIGNALBOX_KEY beside that."
        )
    }
}
