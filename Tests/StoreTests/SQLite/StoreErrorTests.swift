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

    @Test func `a directory that is closed to this user is not called anything else`() {
        #expect(DataDirectory.refusal(EACCES) == "it can't be entered (Permission denied)")
        #expect(DataDirectory.refusal(ENOTDIR) == "it is not a directory")
    }

    @Test(.enabled(if: geteuid() != 0, "root may enter every directory"))
    func `a directory that may not be entered says so`() async throws {
        try await withScratchDirectory { place in
            let path = place + "/closed"
            try #require(unsafe mkdir(path, 0) == 0)
            let error = #expect(throws: StoreError.self) { try DataDirectory(preparing: path) }
            let message = error?.message ?? ""
            #expect(message.contains("it can't be entered (Permission denied)"), "\(message)")
        }
    }

    @Test func `a key file that is none is refused without waiting for it`() async throws {
        try await withScratchDirectory { place in
            let path = place + "/key"
            try #require(unsafe mkfifo(path, 0o600) == 0)
            let error = #expect(throws: StoreError.self) { try SecretKey(file: path, mayCreate: false) }
            #expect(error?.message.contains("no regular file") == true, "\(error?.message ?? "")")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give links away"))
    func `root changes nothing that another user's link in a data directory leads to`() async throws {
        try await withScratchDirectory { place in
            let victim = place + "/victim"
            try Data("untouched".utf8).write(to: URL(filePath: victim))
            try #require(unsafe chmod(victim, 0o644) == 0)
            let directory = try DataDirectory(preparing: place + "/data")
            for path in [directory.databasePath, directory.keyPath, directory.lockPath] {
                try #require(unsafe symlink(victim, path) == 0 && lchown(path, 65_534, 65_534) == 0)
            }
            #expect(throws: StoreError.self) { try directory.prepareFile(directory.databasePath) }
            #expect(throws: StoreError.self) { try SecretKey(file: directory.keyPath, mayCreate: false) }
            #expect(throws: StoreError.self) { try DirectoryLock(path: directory.lockPath) }
            let about = try FileManager.default.attributesOfItem(atPath: victim)
            #expect(about[.posixPermissions] as? Int == 0o644)
            #expect(FileManager.default.contents(atPath: victim) == Data("untouched".utf8))
        }
    }

    @Test func `an error of ours stays what it is`() {
        let error = StoreError(.locked, "Somebody has it.")
        #expect(StoreError(error as any Error, path: "x") == error)
    }
}
