#if PostgreSQL
import CPostgres
import Domain
import Glibc

/// A connection to PostgreSQL, used by one thread at a time: a call returns when the server has answered.
@safe final class Connection {
    private let handle: OpaquePointer
    /// The names of statements that the server keeps ready, by their texts.
    private var prepared: [String: (name: String, types: [Oid])] = [:]
    /// Statements run so far: whoever failed without one has nothing to undo.
    private(set) var ran = 0
    /// Interrupts what is running, from any thread.
    let cancel: Cancel

    /// How a session is set: plans go by the indexes that the tables have, whatever their statistics say at the moment, and
    /// one that was paused in a transaction does not keep others from writing for long.
    private static let session = """
        SET bytea_output = 'hex';
        SET jit = off;
        SET work_mem = '16MB';
        SET enable_seqscan = off;
        SET enable_hashjoin = off;
        SET enable_mergejoin = off;
        SET lock_timeout = '5s';
        SET statement_timeout = '120s';
        SET idle_in_transaction_session_timeout = '4s';
        """

    /// Opens one; it takes `connectSeconds` at most for each host.
    ///
    /// - Throws: `PostgresFault`.
    init(_ address: PostgresAddress, label: String) throws {
        // What the address says comes later and counts.
        let options: [(String, String)] = [
            ("connect_timeout", "5"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"), ("target_session_attrs", "read-write"), ("client_encoding", "UTF8"),
            ("application_name", "signalbox \(label)"), ("dbname", address.text.exposed),
        ]
        let handle = unsafe Self.open(options)
        guard let handle = unsafe handle else {
            throw PostgresFault(state: "", message: "no memory for a connection", isConnectionLost: true)
        }
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            let message = unsafe String(cString: PQerrorMessage(handle))
            unsafe PQfinish(handle)
            throw PostgresFault(state: Self.state(ofLogin: message), message: message, isConnectionLost: true)
        }
        unsafe self.handle = handle
        // What the server has to tell beside its answers is nothing for standard error.
        _ = unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        cancel = unsafe Cancel(PQgetCancel(handle))
        try execute("SET search_path = \(Schema.name), pg_catalog; " + Self.session)
    }

    deinit { unsafe PQfinish(handle) }

    /// The number of the server's process that serves it.
    var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

    /// A setting that the server reports by itself, as `server_encoding` is.
    func reported(_ name: String) -> String? {
        unsafe PQparameterStatus(handle, name).map { unsafe String(cString: $0) }
    }

    /// Statements without values, in one go.
    func execute(_ sql: String) throws {
        ran += 1
        _ = try unsafe check(PQexec(handle, sql))
    }

    /// Runs a statement that the server keeps ready from its first run on.
    @discardableResult
    func run(_ sql: String, _ values: [any PostgresValue] = []) throws -> Rows {
        ran += 1
        let parameters = Parameters(values)
        let name: String
        if let known = prepared[sql] {
            // It is ready for values of other types.
            guard known.types == parameters.types else { return try runOnce(sql, values) }
            name = known.name
        } else {
            name = "s\(prepared.count)"
            _ = try unsafe check(
                parameters.types.withUnsafeBufferPointer { types in
                    unsafe PQprepare(handle, name, sql, Int32(types.count), types.baseAddress)
                }
            )
            prepared[sql] = (name, parameters.types)
        }
        return try unsafe check(
            Self.withPointers(parameters) { values, lengths, formats in
                unsafe PQexecPrepared(handle, name, Int32(parameters.types.count), values, lengths, formats, 1)
            }
        )
    }

    /// Runs a statement that is planned for these values: where it depends on them which index is the better one, and where
    /// texts of statements are without end.
    func runOnce(_ sql: String, _ values: [any PostgresValue]) throws -> Rows {
        ran += 1
        let parameters = Parameters(values)
        return try unsafe check(
            Self.withPointers(parameters) { values, lengths, formats in
                unsafe parameters.types.withUnsafeBufferPointer { types in
                    unsafe PQexecParams(
                        handle,
                        sql,
                        Int32(types.count),
                        types.baseAddress,
                        values,
                        lengths,
                        formats,
                        1
                    )
                }
            }
        )
    }

    /// Waits until the server has something to say by itself, something can be read from `other`, or so many milliseconds
    /// have passed. Whether another session sent a notification.
    func waitForNotification(milliseconds: Int32, orReadable other: Int32) -> Bool {
        var watched = [
            pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&watched, nfds_t(watched.count), milliseconds)
        _ = unsafe PQconsumeInput(handle)
        let own = unsafe PQbackendPID(handle)
        var isNotified = false
        while let notification = unsafe PQnotifies(handle) {
            if unsafe notification.pointee.be_pid != own { isNotified = true }
            unsafe PQfreemem(notification)
        }
        return isNotified
    }

    /// Whether the server has ended it, or the way there is broken.
    var isLost: Bool { unsafe PQstatus(handle) != CONNECTION_OK }

    /// Whether a transaction is open, or has failed and is to be ended.
    var isInTransaction: Bool {
        switch unsafe PQtransactionStatus(handle) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: true
        default: false
        }
    }

    private func check(_ result: OpaquePointer?) throws -> Rows {
        guard let result = unsafe result else { throw fault("", unsafe String(cString: PQerrorMessage(handle))) }
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return unsafe Rows(result)
        default:
            defer { unsafe PQclear(result) }
            let state = unsafe PQresultErrorField(result, cp_sqlstate).map { unsafe String(cString: $0) } ?? ""
            throw fault(state, unsafe String(cString: PQresultErrorMessage(result)))
        }
    }

    private func fault(_ state: String, _ message: String) -> PostgresFault {
        PostgresFault(state: state, message: message, isConnectionLost: isLost)
    }

    /// Of a login that was refused libpq keeps the words alone.
    static func state(ofLogin message: String) -> String {
        // Limits of a role or a database name it as well.
        if message.contains("too many connections") || message.contains("too many clients")
            || message.contains("remaining connection slots")
        {
            return "53300"
        }
        if message.contains("permission denied for database") { return "42501" }
        if message.contains("session is read-only") { return "25006" }
        if message.hasPrefix("invalid ") { return PostgresFault.ofOption }
        if message.contains("does not exist"), message.contains("database") { return "3D000" }
        if message.contains("starting up") || message.contains("shutting down") || message.contains("recovery mode") {
            return "57P03"
        }
        if message.contains("authentication failed") || message.contains("no password supplied")
            || message.contains("pg_hba.conf") || message.contains("role \"")
        {
            return "28000"
        }
        if message.contains("certificate") || message.contains("SSL") { return "SSL" }
        return ""
    }

    private static func open(_ options: [(String, String)]) -> OpaquePointer? {
        let keys = unsafe options.map { unsafe strdup($0.0) }
        let values = unsafe options.map { unsafe strdup($0.1) }
        defer {
            for place in options.indices {
                unsafe free(keys[place])
                unsafe free(values[place])
            }
        }
        let keyList = unsafe keys.map { unsafe UnsafePointer($0) } + [nil]
        let valueList = unsafe values.map { unsafe UnsafePointer($0) } + [nil]
        return unsafe PQconnectdbParams(keyList, valueList, 1)
    }

    /// libpq takes pointers to the values, their lengths, and that they are binary.
    private static func withPointers<Value>(
        _ parameters: Parameters,
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Value
    ) -> Value {
        let lengths = parameters.places.map { Int32(clamping: $0?.length ?? 0) }
        let formats = [Int32](repeating: 1, count: parameters.places.count)
        // A value without bytes is not null, and needs some address.
        return unsafe (parameters.bytes + [0]).withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = unsafe parameters.places.map { place in
                unsafe place.flatMap { place in unsafe base.map { unsafe $0 + place.start } }
            }
            return unsafe body(values, lengths, formats)
        }
    }
}
#endif
