import GRDB
import GRDBSQLite

// What runs for every event goes right to SQLite: neither an array of existentials for each row, nor what GRDB does around
// each statement for observers, of which there are none. Errors are the same.

/// The values of one run of a statement, added in the order of its marks.
///
/// A text ends at its first NUL, as everywhere in this store.
struct Bindings {
    private let statement: Statement
    private var index: CInt = 0
    private var failure: CInt = SQLITE_OK

    init(_ statement: Statement) {
        self.statement = statement
        // What the last run said is known.
        _ = unsafe sqlite3_reset(statement.sqliteStatement)
    }

    mutating func add(_ value: Int64) {
        note(unsafe sqlite3_bind_int64(statement.sqliteStatement, next(), value))
    }

    mutating func add(_ value: Int) { add(Int64(value)) }

    mutating func add(_ value: Bool) { add(value ? 1 as Int64 : 0) }

    mutating func add(_ value: String) {
        // SQLite takes a copy.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let place = next()
        note(unsafe value.withCString { unsafe sqlite3_bind_text(statement.sqliteStatement, place, $0, -1, transient) })
    }

    mutating func add(_ value: Int64?) {
        if let value { add(value) } else { addNull() }
    }

    mutating func add(_ value: String?) {
        if let value { add(value) } else { addNull() }
    }

    mutating func add(_ value: Int?) { add(value.map { Int64($0) }) }

    /// Null if it is empty.
    mutating func add(blob value: [UInt8]) {
        if value.isEmpty { return addNull() }
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let place = next()
        let count = CInt(value.count)
        note(
            unsafe value.withUnsafeBytes {
                unsafe sqlite3_bind_blob(statement.sqliteStatement, place, $0.baseAddress, count, transient)
            }
        )
    }

    private mutating func addNull() { note(unsafe sqlite3_bind_null(statement.sqliteStatement, next())) }

    private mutating func next() -> CInt {
        index += 1
        return index
    }

    private mutating func note(_ code: CInt) { if failure == SQLITE_OK { failure = code } }

    /// Runs the statement to its end; `read` gets its first row, if there is one.
    func run<Value>(in db: Database, _ read: (BoundRow) throws -> Value) throws -> Value? {
        var value: Value?
        try each(in: db) { row in if value == nil { value = try read(row) } }
        return value
    }

    /// Runs the statement to its end; `read` gets each of its rows.
    func each(in db: Database, _ read: (BoundRow) throws -> Void) throws {
        // A value that is forgotten would be the one of the run before.
        let isWhole = unsafe sqlite3_bind_parameter_count(statement.sqliteStatement) == index
        try check(isWhole ? failure : SQLITE_MISUSE, db)
        // Ends what a row holds open; a failure is thrown with the message that it had.
        defer { _ = unsafe sqlite3_reset(statement.sqliteStatement) }
        while true {
            let code = unsafe sqlite3_step(statement.sqliteStatement)
            guard code == SQLITE_ROW else {
                return try check(code == SQLITE_DONE ? SQLITE_OK : code, db)
            }
            try read(BoundRow(statement))
        }
    }

    private func check(_ code: CInt, _ db: Database) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: db.lastErrorMessage,
            sql: statement.sql
        )
    }
}

/// A row while its statement stands on it.
struct BoundRow {
    private let statement: Statement

    fileprivate init(_ statement: Statement) { self.statement = statement }

    func integer(_ column: CInt) -> Int64 { unsafe sqlite3_column_int64(statement.sqliteStatement, column) }

    func isNull(_ column: CInt) -> Bool {
        unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_NULL
    }

    func integerIfAny(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }

    /// Nearer to zero where it is beyond what this machine counts.
    func number(_ column: CInt) -> Int { Int(clamping: integer(column)) }

    func numberIfAny(_ column: CInt) -> Int? { isNull(column) ? nil : number(column) }

    func flag(_ column: CInt) -> Bool { integer(column) != 0 }

    /// Empty for null.
    func text(_ column: CInt) -> String {
        guard let text = unsafe sqlite3_column_text(statement.sqliteStatement, column) else { return "" }
        return unsafe String(cString: text)
    }

    func textIfAny(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }
}

/// The statements of one transaction that run for every event, by where their texts stand in the program: to find one by its
/// text takes as long as to run some.
final class PreparedStatements {
    private var statements: [UInt: Statement] = [:]

    func statement(_ sql: StaticString, _ db: Database) throws -> Statement {
        let place = unsafe UInt(bitPattern: sql.utf8Start)
        if let statement = statements[place] { return statement }
        let statement = try db.cachedStatement(sql: "\(sql)")
        statements[place] = statement
        return statement
    }
}
