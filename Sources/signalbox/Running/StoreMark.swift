import Domain
import FoundationEssentials
import Glibc
import Logging
import Primitives
import Store

#if PostgreSQL
import StorePostgres
#endif

/// Where the node of a data directory has its events, as a file there says: in another directory, or in a database, which has
/// the secrets of the management API as well. Without one they are in the directory itself.
///
/// It outlives the node, for commands and starts that are not told of the store: they would change copies that the node
/// overwrites, look for what is elsewhere, or begin a second store beside the first one.
struct StoreMark: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable {
        case directory, postgresql
    }

    static let fileName = "store.json"
    private static let longest = 16 << 10

    let kind: Kind
    /// The directory's path; else host, port and name of the database.
    let location: String

    init(_ kind: Kind, location: String) {
        self.kind = kind
        self.location = location
    }

    /// What a data directory says; nil where it is the store itself.
    init?(in dataDirectory: String) {
        guard let bytes = try? BoundedFile.read(Self.path(dataDirectory), atMost: Self.longest),
            let json = try? JSON(parsing: bytes), let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)),
            let location = json["place"]?.string
        else { return nil }
        self.init(kind, location: location)
    }

    /// What the settings name; nil for the data directory itself.
    init?(_ settings: Settings) {
        if let database = settings.database {
            #if PostgreSQL
            self.init(.postgresql, location: PostgresAddress(database.exposed)?.location ?? "")
            #else
            _ = database
            return nil
            #endif
        } else {
            guard let store = settings.storeDirectory, let path = Self.resolved(store),
                path != Self.resolved(settings.dataDirectory)
            else { return nil }
            self.init(.directory, location: path)
        }
    }

    private static func path(_ dataDirectory: String) -> String { dataDirectory + "/" + fileName }

    private static func resolved(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    /// Why a command that names no store is refused, with the way out.
    func sentence(_ dataDirectory: String) -> String {
        let option = SettingKey.store.option
        let here = "(\(option) \(dataDirectory) means this directory itself)"
        return switch kind {
        case .directory:
            "The node of \(dataDirectory) has its events in \(location); add \(option) \(location) \(here)."
        case .postgresql:
            "The node of \(dataDirectory) has its events and secrets in PostgreSQL at \(location); add the same "
                + "\(option) postgres://… \(here)."
        }
    }

    /// Of a command that has been at a store beside a directory: what a node of it said holds on, but for copies of another
    /// database's secrets, and one that is a store itself is not made another's.
    static func note(_ settings: Settings, logger: Logger) {
        let directory = settings.dataDirectory
        guard let named = StoreMark(settings), named.kind == .postgresql || StoreMark(in: directory) == nil,
            (try? DataDirectory.hasStore(in: directory)) == false
        else { return }
        save(settings, logger: logger)
    }

    /// Of a node: writes down what the settings name, if it isn't known. A directory that can't be written is a line of
    /// diagnostics.
    static func save(_ settings: Settings, logger: Logger) {
        let directory = settings.dataDirectory
        let (known, named) = (StoreMark(in: directory), StoreMark(settings))
        guard known != named else { return }
        guard let named else { return remove(in: directory) }
        guard !named.write(in: directory) else { return }
        let reason = FilePresence.reason(errno)
        logger.warning("\(path(directory)) can't be written (\(reason)); commands here need \(SettingKey.store.option)")
    }

    /// False with `errno` where it can't be written.
    func write(in dataDirectory: String) -> Bool {
        let json: JSON = ["kind": .string(kind.rawValue), "place": .string(location)]
        return OwnedFile.replace(Self.path(dataDirectory), with: json.bytes, isDurable: true)
    }

    /// The directory is a store itself from now on.
    static func remove(in dataDirectory: String) { _ = DirectoryEntry.remove(path(dataDirectory)) }
}

extension Settings {
    /// Where the node of the data directory has its events; nil where that is what these settings name, or they name
    /// something.
    var storeElsewhere: StoreMark? {
        guard database == nil, storeDirectory == nil else { return nil }
        return StoreMark(in: dataDirectory)
    }

    /// For commands that show the secrets of the management API. A node keeps its copy of them as the database has it; without
    /// one the copy is as old as the last look there.
    func requireCurrentCredentials() throws(UsageError) {
        guard storeElsewhere?.kind == .postgresql, !DirectoryLock.isHeld(in: dataDirectory) else { return }
        try requireNamedStore()
    }

    /// For whatever goes to the store's files, or to secrets of which the directory may have copies alone.
    ///
    /// - Throws: `UsageError` that names the option.
    func requireNamedStore() throws(UsageError) {
        guard let mark = storeElsewhere else { return }
        throw UsageError(mark.sentence(dataDirectory))
    }
}
