import Domain
import FoundationEssentials
import Logging
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

    /// Opens it, beside other nodes where it `shares` it; where one is in the way that has ended without a word, when that
    /// one's time is over.
    ///
    /// - Throws: `StoreError` with `.locked` where another process has the data directory; `CommandFailure` for a key that
    ///   can't be read.
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
            return NodeStore(store: store, onLoss: { store.onLoss($0) }, sharedFiles: { try await store.sharedFiles() })
        }
        #endif
        var options = SQLiteStore.Options(key: key)
        if settings.storeDirectory != nil { options.directory = settings.dataDirectory }
        let store = try SQLiteStore(directory: settings.eventsDirectory, options: options, logger: logger)
        // Nobody takes a data directory from a process that lives.
        return NodeStore(store: store, onLoss: { _ in })
    }
}

extension Settings {
    /// For commands that are about the files of a data directory.
    ///
    /// - Throws: `UsageError` that names the tools which do that with PostgreSQL.
    func requireFiles(_ what: String, instead: String) throws(UsageError) {
        guard database != nil else { return }
        throw UsageError(
            "With --store, events are in PostgreSQL, whose own tools \(what): \(instead). Keep SIGNALBOX_KEY beside that."
        )
    }
}
