import Domain
import Foundation
import GRDB
import Glibc
import Primitives
import TestSupport
import Testing

@testable import Store

/// A restore that is killed, or meets what is damaged.
struct RestoreTests {
    private struct Killed: Error {}

    /// A backup with its key beside it.
    private func backUpWithKey(_ fixture: Fixture, _ path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try StoreBackup.write(dataDirectory: fixture.directory, to: path, mayReplace: false)
        try FileManager.default.copyItem(atPath: fixture.directory + "/key", toPath: folder + "/key")
    }

    private func restore(_ path: String, to directory: String, mayReplace: Bool = false) throws -> BackupSummary {
        try StoreRestore(from: path, dataDirectory: directory).run(key: nil, mayReplace: mayReplace)
    }

    private func refusal(_ body: () throws -> Void) -> StoreError? {
        do {
            try body()
            return nil
        } catch { return error as? StoreError }
    }

    @Test(arguments: StoreRestore.Step.allCases)
    func `a restore that is killed leaves the former store or the restored one, whole and with its key`(
        step: StoreRestore.Step
    ) async throws {
        try await withScratchDirectory { place in
            let (path, here) = (place + "/backups/copy", place + "/here")
            try await StoreKind.sqlite.run { fixture in
                try await fixture.append(.row(1, at: 2000))
                try backUpWithKey(fixture, path)
            }
            try await StoreKind.sqlite.run { fixture in
                for number in 1...3 { try await fixture.append(.row(number, at: 2000)) }
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: here)
            }
            #expect(throws: StoreError.self) {
                try StoreRestore(from: path, dataDirectory: here).run(key: nil, mayReplace: true) { reached in
                    if reached == step { throw Killed() }
                }
            }
            let isDone = step == .storeIsInPlace || step == .keyIsInPlace
            let store = try SQLiteStore(directory: here, logger: .quiet)
            #expect(try await store.counts(.init()).total == (isDone ? 1 : 3))
            #expect(try await store.damage() == nil)
            try await store.close()
            let left = try FileManager.default.contentsOfDirectory(atPath: here).filter {
                $0.contains("replaced") || $0.contains("restoring") || $0.contains("next")
            }
            #expect(left.sorted() == (isDone ? ["signalbox.replaced-1.key", "signalbox.replaced-1.sqlite"] : []))
            // And it can be done again.
            #expect(try restore(path, to: here, mayReplace: true).events == 1)
            let again = try SQLiteStore(directory: here, logger: .quiet)
            #expect(try await again.counts(.init()).total == 1)
            try await again.close()
        }
    }

    @Test func `beside a restore that was ended midway no empty store is made`() async throws {
        try await withScratchDirectory { place in
            let here = place + "/here"
            try FileManager.default.createDirectory(atPath: here, withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: here + "/signalbox.sqlite.restoring"))
            let error = refusal { _ = try SQLiteStore(directory: here, logger: .quiet) }
            #expect(error?.message.contains("run `signalbox restore FILE` again") == true)
            #expect(refusal { _ = try StoreHealth.standing(directory: here) } == error)
            #expect(!FileManager.default.fileExists(atPath: here + "/signalbox.sqlite"))
            try await StoreKind.sqlite.run { fixture in
                try backUpWithKey(fixture, place + "/copy")
            }
            #expect(try restore(place + "/copy", to: here).instances == 1)
            let store = try SQLiteStore(directory: here, logger: .quiet)
            #expect(try await store.instances().count == 1)
            try await store.close()
        }
    }

    @Test func `a damaged store is kept with its log when a backup takes its place`() async throws {
        try await withScratchDirectory { place in
            let here = place + "/here"
            try FileManager.default.createDirectory(atPath: here, withIntermediateDirectories: true)
            for name in ["signalbox.sqlite", "signalbox.sqlite-wal"] {
                try Data("\(name), which is none, at some length".utf8).write(to: URL(filePath: here + "/" + name))
            }
            try await StoreKind.sqlite.run { fixture in
                try backUpWithKey(fixture, place + "/copy")
            }
            let replaced = try #require(try restore(place + "/copy", to: here, mayReplace: true).replaced)
            for (kept, name) in [(replaced, "signalbox.sqlite"), (replaced + "-wal", "signalbox.sqlite-wal")] {
                #expect(try String(contentsOfFile: kept, encoding: .utf8).hasPrefix("\(name), which"))
            }
            let store = try SQLiteStore(directory: here, logger: .quiet)
            #expect(try await store.instances().count == 1)
            try await store.close()
        }
    }

    // MARK: A failure

    @Test(arguments: [true, false])
    func `a restore that fails leaves the former store, or none where none was`(hasStore: Bool) async throws {
        for hasLinks in [true, false] {
            try await withScratchDirectory { place in
                let (path, here) = (place + "/backups/copy", place + "/here")
                try await StoreKind.sqlite.run { fixture in try backUpWithKey(fixture, path) }
                if hasStore { try await killed(3, at: here) }
                // In the way of the backup's key.
                try FileManager.default.createDirectory(
                    atPath: here + "/key.next",
                    withIntermediateDirectories: true
                )
                let error = refusal {
                    _ = try hasLinks ? restore(path, to: here, mayReplace: true) : restoreWithoutLinks(path, to: here)
                }
                #expect(error?.message.contains("key.next") == true, "\(error as Any)")
                let left = try FileManager.default.contentsOfDirectory(atPath: here)
                #expect(!left.contains { $0.contains("replaced") || $0.contains("restoring") }, "\(left)")
                let store = try SQLiteStore(directory: here, logger: .quiet)
                #expect(try await store.counts(.init()).total == (hasStore ? 3 : 0))
                try await store.close()
            }
        }
    }

    @Test func `beside a restore that was ended midway none is made either when the next one fails`() async throws {
        try await withScratchDirectory { place in
            let (path, here) = (place + "/backups/copy", place + "/here")
            try await StoreKind.sqlite.run { fixture in try backUpWithKey(fixture, path) }
            try FileManager.default.createDirectory(atPath: here + "/key.next", withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: here + "/signalbox.sqlite.restoring"))
            #expect(refusal { _ = try restore(path, to: here) } != nil)
            #expect(refusal { _ = try SQLiteStore(directory: here, logger: .quiet) } != nil)
        }
    }

    // MARK: Where each file has one name

    /// A store that a kill ended: its last commits stand in its log.
    private func killed(_ number: Int, at path: String) async throws {
        try await StoreKind.sqlite.run { fixture in
            for number in 1...number { try await fixture.append(.row(number, at: 2000)) }
            try FileManager.default.copyItem(atPath: fixture.directory, toPath: path)
        }
        try #require(StoreBackup.size(path + "/signalbox.sqlite-wal") > 0)
    }

    /// `code` is why a log gets no further name; the store itself gets none either.
    private func restoreWithoutLinks(_ path: String, to directory: String, code: Int32 = EPERM) throws -> BackupSummary
    {
        var restore = try StoreRestore(from: path, dataDirectory: directory)
        restore.link = { path, _ in
            errno = path.hasSuffix("-wal") ? code : EPERM
            return false
        }
        return try restore.run(key: nil, mayReplace: true)
    }

    /// How many events a store holds that is kept at `path`, with what stands beside it.
    private func events(_ path: String) throws -> Int64 {
        let queue = try StoreBackup.reading(path)
        defer { try? queue.close() }
        return try queue.read { try StoreBackup.summary($0).events }
    }

    @Test func `where a file has one name, an end between two of them loses nothing of a log`() async throws {
        try await withScratchDirectory { place in
            let (path, here) = (place + "/backups/copy", place + "/here")
            try await StoreKind.sqlite.run { fixture in try backUpWithKey(fixture, path) }
            try await killed(3, at: here)
            // Twice: the second one meets what the first one left.
            for _ in 1...2 { _ = try? restoreWithoutLinks(path, to: here, code: EIO) }
            #expect(try events(here + "/signalbox.replaced-1.sqlite") == 3)
        }
    }

    @Test func `the log that a killed restore of an earlier version left goes to its store`() async throws {
        try await withScratchDirectory { place in
            let (path, here) = (place + "/backups/copy", place + "/here")
            try await StoreKind.sqlite.run { fixture in try backUpWithKey(fixture, path) }
            try await killed(3, at: here)
            let former = here + "/signalbox.replaced-10.sqlite"
            try FileManager.default.moveItem(atPath: here + "/signalbox.sqlite", toPath: former)
            try Data().write(to: URL(filePath: here + "/signalbox.sqlite.restoring"))
            try Data("another".utf8).write(to: URL(filePath: here + "/signalbox.replaced-9.sqlite"))
            _ = try restoreWithoutLinks(path, to: here)
            #expect(try events(former) == 3)
        }
    }

    @Test func `where a file has one name, a damaged store is kept with its log`() async throws {
        try await withScratchDirectory { place in
            let (path, here) = (place + "/backups/copy", place + "/here")
            try await StoreKind.sqlite.run { fixture in try backUpWithKey(fixture, path) }
            try FileManager.default.createDirectory(atPath: here, withIntermediateDirectories: true)
            for name in ["signalbox.sqlite", "signalbox.sqlite-wal"] {
                try Data("\(name), which is none, at some length".utf8).write(to: URL(filePath: here + "/" + name))
            }
            let replaced = try #require(try restoreWithoutLinks(path, to: here).replaced)
            for (kept, name) in [(replaced, "signalbox.sqlite"), (replaced + "-wal", "signalbox.sqlite-wal")] {
                #expect(try String(contentsOfFile: kept, encoding: .utf8).hasPrefix("\(name), which"))
            }
        }
    }
}
