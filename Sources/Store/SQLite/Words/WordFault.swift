import GRDB

/// What went wrong with the index of words, so that nobody takes it for a fault of the database, whose connections read both.
struct WordFault: Error {
    let error: any Error
}

/// The index can't be used, and what was asked of it has to do without.
struct WordsLost: Error {}

extension WordFile {
    /// Runs what reads the index, and says so of its errors.
    static func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError where !isOfReader(error) {
            throw WordFault(error: error)
        }
    }

    /// Whether it is not the file that is the reason, but whoever reads it.
    static func isOfReader(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return error is CancellationError }
        return [.SQLITE_INTERRUPT, .SQLITE_ABORT, .SQLITE_NOMEM].contains(error.resultCode)
    }

    /// Whether the file, and not the disk or another program, is the reason. One of which some pages can't be read is no
    /// better than a damaged one.
    static func isUnusable(_ error: any Error) -> Bool {
        guard let error = cause(error) as? DatabaseError else { return false }
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN: return true
        case .SQLITE_IOERR: return error.extendedResultCode != .SQLITE_IOERR_NOMEM
        case .SQLITE_ERROR: return error.message?.hasPrefix("no such table") ?? false
        default: return false
        }
    }

    static func damage(_ fault: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: fault)
    }

    /// What is behind an error of a reader.
    static func cause(_ error: any Error) -> any Error { (error as? WordFault)?.error ?? error }

    /// What is said of an error of the file with this number.
    func fault(_ error: any Error, _ file: Int) -> any Error {
        let error = Self.cause(error)
        if Self.isUnusable(error) {
            health.lose(file, error)
            return lost
        }
        return error is CancellationError ? error : StoreError(error, path: health.path)
    }

    var lost: StoreError {
        StoreError(
            .corrupt,
            "The index of words \(health.path) can't be used and is made anew; no event is lost, and searches are slow until then."
        )
    }
}
