import Domain
import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

@testable import Store

struct StoreErrorTests {
    @Test(
        arguments: [
            (.SQLITE_FULL, .diskFull, "full"), (.SQLITE_CORRUPT, .corrupt, "damaged"),
            (.SQLITE_NOTADB, .corrupt, "damaged"),
            (.SQLITE_CANTOPEN, .unreadable, "can't be opened; check whether it is there"),
            (.SQLITE_READONLY, .unreadable, "opened for writing"),
            (.SQLITE_BUSY, .locked, "Another program"), (.SQLITE_LOCKED, .locked, "Another program"),
            (.SQLITE_IOERR, .other, "check the disk"), (.SQLITE_MISUSE, .other, "SQLite code 21"),
        ] as [(ResultCode, StoreError.Kind, String)]
    )
    func `what SQLite says becomes a sentence with the way out`(code: ResultCode, kind: StoreError.Kind, words: String)
    {
        let error = StoreError(DatabaseError(resultCode: code, message: "hush"), path: "/data/signalbox.sqlite")
        #expect(error.kind == kind)
        #expect(error.message.contains(words), "\(error.message)")
        // Never the words of a statement, which may hold a record.
        #expect(!error.message.contains("hush"))
    }

    @Test func `a directory that can't be made says why, whatever failed before`() async throws {
        try await withScratchDirectory { place in
            let file = place + "/file"
            try #require(FileManager.default.createFile(atPath: file, contents: Data()))
            for (path, reason) in [(file, "it is not a directory"), (file + "/below", "it can't be made (")] {
                errno = ENXIO
                let error = #expect(throws: StoreError.self) { try DataDirectory(preparing: path) }
                let message = error?.message ?? ""
                #expect(message.contains(reason), "\(message)")
                #expect(!message.contains("No such"), "\(message)")
            }
        }
    }

    @Test func `an error of ours stays what it is`() {
        let error = StoreError(.locked, "Somebody has it.")
        #expect(StoreError(error as any Error, path: "x") == error)
    }
}
