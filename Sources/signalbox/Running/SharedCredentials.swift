import Domain
import FoundationEssentials
import Gateway
import Logging
import Store

#if PostgreSQL
import StorePostgres
#endif

/// The management API's secrets and tokens: files of the data directory, and with PostgreSQL copies of what the database has,
/// which all its nodes share.
struct SharedCredentials: Sendable {
    private let settings: Settings
    private var dataDirectory: String { settings.dataDirectory }
    #if PostgreSQL
    private let shared: SharedFiles?
    #endif

    /// - Throws: `StoreError`, `CommandFailure` for a key that can't be used.
    init(_ settings: Settings) throws {
        self.settings = settings
        #if PostgreSQL
        guard let address = settings.database.flatMap({ PostgresAddress($0.exposed) }) else {
            shared = nil
            return
        }
        guard let key = try SealingKey.given(ProcessInfo.processInfo.environment) else { throw PostgresStore.needsKey }
        shared = try SharedFiles(address, key: key)
        #endif
    }

    /// The copy is brought up to date first. A node `begins`: what nobody has made yet it makes.
    func load(begins: Bool = false) throws -> Credentials {
        #if PostgreSQL
        if let shared {
            let files = try shared.read()
            if !files.isEmpty {
                try Credentials.install(files, in: dataDirectory)
            } else if begins {
                // Of two first starts the first one's are kept.
                try shared.change { there in
                    let files = try Self.known(there, in: dataDirectory)
                    try Credentials.install(files, in: dataDirectory)
                    return files
                }
            } else {
                // Says why there are none.
                try shared.change { $0 }
            }
            // Copies from now on, of which commands that don't name the database are to know.
            StoreMark.note(settings, logger: .diagnostics(.warning))
        }
        #endif
        return try Credentials.load(dataDirectory: dataDirectory)
    }

    /// What is kept elsewhere; before anything is, what the data directory holds.
    private static func known(_ there: [String: [UInt8]], in dataDirectory: String) throws(Credentials.Fault)
        -> [String: [UInt8]]
    {
        try there.isEmpty ? Credentials.files(in: dataDirectory) : there
    }

    /// Changes the files by `work`, wherever they are kept.
    func change<Value>(_ work: (inout CredentialFiles) throws(Credentials.Fault) -> Value) throws -> Value {
        #if PostgreSQL
        if let shared {
            let value = try Self.change(in: dataDirectory, by: shared.change, work)
            StoreMark.note(settings, logger: .diagnostics(.warning))
            return value
        }
        #endif
        return try Credentials.change(in: dataDirectory, work)
    }

    /// Changes what is kept elsewhere, and copies what it is then: the files of the data directory are no way there, as a node
    /// may bring them back to what it has read before. Once it is changed there that is so, and whoever asked for it sees the
    /// value, which is nowhere else to be seen: a copy that can't be written is a line of diagnostics.
    static func change<Value>(
        in dataDirectory: String,
        by change: @escaping (_ work: ([String: [UInt8]]) throws -> [String: [UInt8]]) throws -> Void,
        logger: Logger = .diagnostics(.warning),
        _ work: (inout CredentialFiles) throws(Credentials.Fault) -> Value
    ) throws -> Value {
        var changed: (value: Value, files: [String: [UInt8]])?
        try change { there in
            let known = try Self.known(there, in: dataDirectory)
            var files = CredentialFiles(known, of: dataDirectory)
            let value = try work(&files)
            changed = (value, files.bytes)
            return files.bytes
        }
        guard let changed else { throw CommandFailure("The secrets and tokens were not changed; try again.") }
        do throws(Credentials.Fault) { try Credentials.install(changed.files, in: dataDirectory) } catch {
            logger.warning(
                "This is changed in the database, but its copy here is not; the next start or command sees to that. \(error.message)"
            )
        }
        return changed.value
    }
}
