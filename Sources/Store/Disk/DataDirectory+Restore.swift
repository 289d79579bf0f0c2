import Foundation
import Glibc
import Primitives

/// What a restore leaves where it is ended before its last step, which every start sees to.
extension DataDirectory {
    /// Where a restore has the store until that takes its place.
    var restoringPath: String { databasePath + Self.restoring }
    private static let restoring = ".restoring"
    /// End the names of what SQLite keeps beside a database and plays into it.
    static let logs = ["-wal", "-journal"]

    /// Whether one was ended while the store that was here had another name, and nothing its own.
    var hasEndedRestore: Bool { Self.hasEndedRestore(in: path) }

    private static func hasEndedRestore(in path: String) -> Bool {
        let database = databasePath(in: path)
        guard unsafe access(database, F_OK) != 0 else { return false }
        return unsafe access(database + restoring, F_OK) == 0
    }

    /// What was ended midway beside a store; a start would see to that.
    static func unsettled(in path: String) -> StoreStanding.Unsettled? {
        if unsafe access(databasePath(in: path) + restoring, F_OK) == 0 { return .restore }
        return unsafe access(nextKeyPath(in: path), F_OK) == 0 ? .rotation : nil
    }

    /// The stores whose places restored ones took, the last one behind the others.
    var formerStores: [String] {
        let (start, end) = ("signalbox.replaced-", ".sqlite")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let numbers = names.filter { $0.hasPrefix(start) && $0.hasSuffix(end) }
            .compactMap { Int($0.dropFirst(start.count).dropLast(end.count)) }
        return numbers.sorted().map { "\(path)/\(start)\($0)\(end)" }
    }

    /// Whoever opens the store sees to what a restore left that was ended before its last step.
    ///
    /// - Throws: where there would be another store than the one that was to be here.
    func settleRestore() throws(StoreError) {
        try Self.requireNoRestore(in: path)
        undoRestore()
    }

    /// The same without a change.
    static func requireNoRestore(in path: String) throws(StoreError) {
        guard hasEndedRestore(in: path) else { return }
        throw StoreError(
            .other,
            "A restore into \(path) was ended before the store had its place; run `signalbox restore FILE` again."
        )
    }

    /// The store is as it was before.
    func undoRestore() {
        guard unsafe access(restoringPath, F_OK) == 0, unsafe access(databasePath, F_OK) == 0 else { return }
        for former in formerStores where StoreBackup.isSame(former, databasePath) {
            for (kept, own) in Self.logs.map({ (former + $0, databasePath + $0) }) {
                // The store's own name for it is gone, or both lead to one file.
                if DirectoryEntry.link(kept, to: own) || StoreBackup.isSame(kept, own) { _ = unsafe unlink(kept) }
            }
            let place = String(former.dropLast(".sqlite".count))
            for ending in [".key", ".sqlite"] { _ = unsafe unlink(place + ending) }
        }
        _ = unsafe unlink(restoringPath)
    }

    /// The same, wherever the store is by now; `place` is where it was to be kept. Without one there is none then.
    func takeBack(_ place: String) {
        let former = place + ".sqlite"
        // It has that name alone. Its log first: nobody opens it without.
        if unsafe access(databasePath, F_OK) != 0, unsafe access(former, F_OK) == 0 {
            for ending in Self.logs where StoreBackup.size(databasePath + ending) == 0 {
                _ = DirectoryEntry.rename(former + ending, to: databasePath + ending)
            }
            _ = DirectoryEntry.rename(former, to: databasePath)
        }
        undoRestore()
        guard unsafe access(former, F_OK) != 0 else { return }
        for ending in Self.logs where StoreBackup.size(databasePath + ending) > 0 { _ = unsafe unlink(former + ending) }
        _ = unsafe unlink(place + ".key")
        _ = unsafe unlink(restoringPath)
    }
}
