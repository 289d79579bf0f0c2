import Domain
import GRDB

extension StoreError {
    /// The sentence for whatever a database call threw.
    init(_ error: any Error, path: String = "signalbox.sqlite") {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.other, ErrorSentence.text(error))
            return
        }
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.diskFull, "The disk is full: free some space beside \(path); nothing acknowledged was lost.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupt,
                "The database \(path) is damaged or is no Signalbox database; restore a copy or move it away."
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .unreadable,
                "The database \(path) can't be opened; check whether it is there, and its owner and permissions."
            )
        case .SQLITE_READONLY:
            self.init(.unreadable, "The database \(path) can't be opened for writing; check its owner and permissions.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.locked, "Another program holds the database \(path); close it and try again.")
        case .SQLITE_IOERR:
            self.init(
                .other,
                "The disk refused a read or write of \(path) (SQLite code \(error.extendedResultCode.rawValue)); check the disk."
            )
        default:
            let isOfContent = [.SQLITE_TOOBIG, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode)
            self.init(
                isOfContent ? .invalid : .other,
                "The database failed (SQLite code \(error.extendedResultCode.rawValue)); look into the log, and restore a backup if it stays."
            )
        }
    }
}
