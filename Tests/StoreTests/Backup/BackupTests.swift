import Domain
import Foundation
import GRDB
import Glibc
import Primitives
import TestSupport
import Testing

@testable import Store

/// Copies of a store in use, and the way back.
struct BackupTests {
    private static let key = String(repeating: "0a", count: 32)

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func refusal(_ body: () throws -> Void) -> StoreError? {
        do {
            try body()
            return nil
        } catch { return error as? StoreError }
    }

    private func backUp(_ fixture: Fixture, _ path: String, mayReplace: Bool = false) throws -> BackupSummary {
        try StoreBackup.write(dataDirectory: fixture.directory, to: path, mayReplace: mayReplace)
    }

    private func restore(
        _ path: String,
        to directory: String,
        key: String? = nil,
        mayReplace: Bool = false
    ) throws -> BackupSummary {
        try StoreRestore(from: path, dataDirectory: directory)
            .run(key: key.map { GivenKey(Secret($0)) }, mayReplace: mayReplace)
    }

    @Test func `a store in use comes back with all that it held when the copy began`() async throws {
        try await withScratchDirectory { place in
            try await StoreKind.sqlite.run { fixture in
                for number in 1...200 { try await fixture.append(.row(number, at: 2000)) }
                try await fixture.attempt(1, .delivered)
                let path = place + "/copy.sqlite"
                // Whoever stores something meanwhile is not held up, and is in the copy or not, as a whole.
                let writing = Task {
                    for number in 201...400 { try await fixture.append(.row(number, at: 2000)) }
                }
                let summary = try backUp(fixture, path)
                try await writing.value
                #expect((200...400).contains(summary.events) && summary.instances == 1)
                #expect(try mode(path) == 0o600)
                #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["copy.sqlite"])
                #expect(try await fixture.store.counts(.init()).total == 400)

                let other = place + "/other"
                try FileManager.default.copyItem(atPath: fixture.directory + "/key", toPath: place + "/key")
                let restored = try restore(path, to: other)
                #expect(restored.events == summary.events && restored.replaced == nil)
                #expect(try mode(other + "/key") == 0o600 && mode(other + "/signalbox.sqlite") == 0o600)
                let again = try SQLiteStore(directory: other, logger: .quiet)
                #expect(try await again.instances() == [fixture.instance])
                #expect(try await again.counts(.init()).total == summary.events)
                #expect(try await again.event(sequence: 7) == fixture.store.event(sequence: 7))
                #expect(try await again.damage() == nil)
                let second = Fixture(store: again, instance: fixture.instance, directory: other)
                #expect(try await second.append(.row(7, at: 2000)).repeats == 1)
                #expect(try await second.append(.row(999, at: 2000)).lastSequence == summary.events + 1)
                try await again.close()
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func `a copy that root makes beside the store is its owner's, one among another's files stays root's`() async throws
    {
        try await withScratchDirectory { place in
            try await StoreKind.sqlite.run { fixture in
                try #require(unsafe chown(fixture.directory, 65_534, 65_534) == 0)
                try #require(unsafe chown(place, 65_533, 65_533) == 0)
                for (path, owner) in [(fixture.directory + "/copy.sqlite", 65_534), (place + "/copy.sqlite", 0)] {
                    _ = try backUp(fixture, path)
                    let about = try FileManager.default.attributesOfItem(atPath: path)
                    #expect(about[.ownerAccountID] as? Int == owner)
                }
            }
        }
    }

    @Test func `what a killed process left in its log is in the copy`() async throws {
        try await withScratchDirectory { place in
            try await StoreKind.sqlite.run { fixture in
                try await fixture.append(.row(1, at: 2000))
                let dead = place + "/dead"
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: dead)
                let summary = try StoreBackup.write(dataDirectory: dead, to: place + "/copy", mayReplace: false)
                #expect(summary.events == 1)
            }
        }
    }

    @Test func `what stands in the log beside a backup is restored with it`() async throws {
        try await withScratchDirectory { place in
            try await StoreKind.sqlite.run { fixture in
                for number in 1...3 { try await fixture.append(.row(number, at: 2000)) }
                let (dead, other) = (place + "/dead", place + "/other")
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: dead)
                try #require(FileManager.default.fileExists(atPath: dead + "/signalbox.sqlite-wal"))
                #expect(try restore(dead + "/signalbox.sqlite", to: other).events == 3)
                let store = try SQLiteStore(directory: other, logger: .quiet)
                #expect(try await store.counts(.init()).total == 3)
                #expect(try await store.damage() == nil)
                try await store.close()
            }
        }
    }

    @Test func `a backup replaces nothing unless it is told to, and never the store itself`() async throws {
        try await withScratchDirectory { place in
            try await StoreKind.sqlite.run { fixture in
                try await fixture.append(.row(1, at: 2000))
                let path = place + "/copy"
                try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
                #expect(refusal { _ = try backUp(fixture, path) }?.message.contains("is there already") == true)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
                let own = fixture.directory + "/signalbox.sqlite"
                for name in [own, own + "-wal"] {
                    let error = refusal { _ = try backUp(fixture, name, mayReplace: true) }
                    #expect(error?.message.contains("is the store itself") == true)
                }
                #expect(try backUp(fixture, path, mayReplace: true).events == 1)
                let nowhere = refusal { _ = try backUp(fixture, place + "/none/copy") }
                #expect(nowhere?.message.contains("can't be written (No such file") == true)
                let empty = refusal {
                    _ = try StoreBackup.write(dataDirectory: place + "/no", to: place + "/x", mayReplace: false)
                }
                #expect(empty?.message.contains("There is no store in") == true)
                // A damaged store gives no backup that looks like one.
                #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["copy"])
            }
        }
    }

    @Test func `a backup follows a link to its file, and takes the place of nothing that is no file`() async throws {
        try await withScratchDirectory { place in
            try await StoreKind.sqlite.run { fixture in
                try await fixture.append(.row(1, at: 2000))
                let (fifo, link, kept) = (place + "/fifo", place + "/link", place + "/kept")
                try #require(unsafe mkfifo(fifo, 0o600) == 0)
                for other in [fifo, place, "/dev/null", "/dev/fd/1"] {
                    let error = refusal { _ = try backUp(fixture, other, mayReplace: true) }
                    #expect(error?.message == "\(other) is no regular file; name another.")
                }
                #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["fifo"])
                // First to where nothing is yet, then over it.
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "kept")
                for mayReplace in [false, true] {
                    let summary = try backUp(fixture, link, mayReplace: mayReplace)
                    #expect(summary.bytes > 4096)
                    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "kept")
                    #expect(StoreBackup.size(kept) == summary.bytes)
                }
            }
        }
    }

    @Test func `a restore refuses a running node, a store that is not empty, and what is no backup`() async throws {
        try await withScratchDirectory { place in
            let path = place + "/copy"
            try await StoreKind.sqlite.run { fixture in
                try await fixture.append(.row(1, at: 2000))
                _ = try backUp(fixture, path)
                try FileManager.default.copyItem(atPath: fixture.directory + "/key", toPath: place + "/key")
                let running = refusal { _ = try restore(path, to: fixture.directory, mayReplace: true) }
                #expect(running?.kind == .locked)
                #expect(running?.message.contains("is using this data directory; stop it") == true)
            }
            let other = place + "/other"
            _ = try restore(path, to: other)
            #expect(
                refusal { _ = try restore(path, to: other) }?.message.contains("is not empty; add --replace") == true
            )

            for (name, bytes) in [("text", Data("no database, but long enough to be one".utf8)), ("empty", Data())] {
                let file = place + "/" + name
                try bytes.write(to: URL(fileURLWithPath: file))
                let error = refusal { _ = try restore(file, to: other, mayReplace: true) }
                #expect(error?.message == "\(file) is no backup of Signalbox.", "\(name)")
            }
            #expect(refusal { _ = try restore(place + "/none", to: other) }?.message.contains("can't be read") == true)
            // A page of zeros in the middle.
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for page in stride(from: 8192, to: bytes.count - 4096, by: 4096) {
                bytes.replaceSubrange(page..<(page + 2048), with: Data(count: 2048))
            }
            try bytes.write(to: URL(fileURLWithPath: place + "/torn"))
            let torn = refusal { _ = try restore(place + "/torn", to: other, mayReplace: true) }
            #expect(torn?.kind == .corrupt)
            // Nothing of all that has touched what is there.
            let store = try SQLiteStore(directory: other, logger: .quiet)
            #expect(try await store.counts(.init()).total == 1)
            try await store.close()
        }
    }

    @Test func `a store that is replaced is kept whole beside it, with its own key`() async throws {
        try await withScratchDirectory { place in
            let path = place + "/backups/copy"
            try FileManager.default.createDirectory(atPath: place + "/backups", withIntermediateDirectories: true)
            try await StoreKind.sqlite.run { fixture in
                try await fixture.append(.row(1, at: 2000))
                _ = try backUp(fixture, path)
                try FileManager.default.copyItem(atPath: fixture.directory + "/key", toPath: place + "/backups/key")
            }
            // Another store, ended by a kill: its last commits stand in its log.
            let here = place + "/here"
            try await StoreKind.sqlite.run { fixture in
                for number in 1...3 { try await fixture.append(.row(number, at: 2000)) }
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: here)
            }
            let summary = try restore(path, to: here, mayReplace: true)
            #expect(summary.replaced == here + "/signalbox.replaced-1.sqlite")
            let store = try SQLiteStore(directory: here, logger: .quiet)
            #expect(try await store.counts(.init()).total == 1)
            try await store.close()
            let former = place + "/former"
            try FileManager.default.createDirectory(atPath: former, withIntermediateDirectories: true)
            for (from, to) in [
                ("signalbox.replaced-1.sqlite", "signalbox.sqlite"),
                ("signalbox.replaced-1.key", "key"),
            ] { try FileManager.default.copyItem(atPath: here + "/" + from, toPath: former + "/" + to) }
            let old = try SQLiteStore(directory: former, logger: .quiet)
            #expect(try await old.counts(.init()).total == 3)
            try await old.close()
        }
    }

    @Test func `without the right key nothing is restored`() async throws {
        try await withScratchDirectory { place in
            let (source, path, other) = (place + "/source", place + "/copy", place + "/other")
            let store = try SQLiteStore(
                directory: source,
                options: .init(key: GivenKey(Secret(Self.key))),
                logger: .quiet
            )
            _ = try await store.createInstance { .sample($0) }
            try await store.close()
            _ = try StoreBackup.write(dataDirectory: source, to: path, mayReplace: false)
            #expect(
                refusal { _ = try restore(path, to: other) }?.message.contains("No key here opens the secrets") == true
            )
            let wrong = refusal { _ = try restore(path, to: other, key: String(repeating: "0b", count: 32)) }
            #expect(
                wrong?.message.contains("key does not open the secrets of the backup \(path)") == true,
                "\(wrong?.message ?? "nothing")"
            )
            let folder = refusal { _ = try restore(place, to: other) }
            #expect(folder?.message == "\(place) is no regular file; name a backup.")
            try Data(Base64.encode([UInt8](repeating: 9, count: 32)).utf8).write(
                to: URL(fileURLWithPath: place + "/key")
            )
            #expect(refusal { _ = try restore(path, to: other) }?.kind == .unreadable)
            #expect(!FileManager.default.fileExists(atPath: other + "/signalbox.sqlite"))
            #expect(try restore(path, to: other, key: Self.key).instances == 1)
            #expect(!FileManager.default.fileExists(atPath: other + "/key"))
            let again = try SQLiteStore(
                directory: other,
                options: .init(key: GivenKey(Secret(Self.key))),
                logger: .quiet
            )
            #expect(try await again.instances() == [.sample(1)])
            try await again.close()
        }
    }

    @Test(arguments: Schema.migrator.migrations.dropLast())
    func `a migration keeps what was there, for the version that wrote it`(version: String) async throws {
        try await withScratchDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let old = try DatabaseQueue(path: directory + "/signalbox.sqlite")
            try Schema.migrator.migrate(old, upTo: version)
            try await old.write { try $0.execute(sql: "INSERT INTO object (id, name) VALUES (1, 'Account')") }
            try old.close()
            // As a kill left it, of the process that made it and of one before.
            for ending in ["part", "7.part", "7.part-journal"] {
                try Data().write(to: URL(filePath: "\(directory)/signalbox.version-1-x.sqlite.\(ending)"))
            }
            for _ in 0..<2 {
                let store = try SQLiteStore(directory: directory, logger: .quiet)
                #expect(store.queue.state.objects == ["account": 1])
                try await store.close()
            }
            let copies = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
                $0.contains(".version-")
            }
            let number = try #require(Schema.migrator.migrations.firstIndex(of: version)) + 1
            let words = version.lowercased().replacing(" ", with: "-")
            #expect(copies == ["signalbox.version-\(number)-\(words).sqlite"])
            let copy = directory + "/" + (copies.first ?? "")
            #expect(try mode(copy) == 0o600)
            let kept = try DatabaseQueue(path: copy)
            let (applied, names) = try await kept.read { db in
                (
                    try Schema.migrator.appliedIdentifiers(db).count,
                    try String.fetchAll(db, sql: "SELECT name FROM object")
                )
            }
            #expect(applied == number && names == ["Account"])
            try kept.close()
        }
    }

    @Test func `a store that was not closed is known, and its faults are found`() async throws {
        try await withScratchDirectory { place in
            let (here, broken) = (place + "/here", place + "/broken")
            try await StoreKind.sqlite.run { fixture in
                for number in 1...300 { try await fixture.append(.row(number, at: 2000)) }
                let store = try #require(fixture.store as? SQLiteStore)
                #expect(!store.endedBadly)
                #expect(try await store.damage() == nil)
                try FileManager.default.copyItem(atPath: fixture.directory, toPath: here)
            }
            let killed = try SQLiteStore(directory: here, logger: .quiet)
            #expect(killed.endedBadly)
            #expect(try await killed.damage() == nil)
            try await killed.close()
            let closed = try SQLiteStore(directory: here, logger: .quiet)
            #expect(!closed.endedBadly)
            try await closed.close()
            // An index that has lost a row, as after a disk that lied.
            try FileManager.default.copyItem(atPath: here, toPath: broken)
            let queue = try DatabaseQueue(path: broken + "/signalbox.sqlite")
            let root = try await queue.read {
                try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'payload'") ?? 0
            }
            try queue.close()
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: broken + "/signalbox.sqlite"))
            try file.seek(toOffset: UInt64(root - 1) * 4096 + 8)
            try file.write(contentsOf: Data(repeating: 0xFF, count: 2000))
            try file.close()
            let damaged = try SQLiteStore(directory: broken, logger: .quiet)
            let fault = try await damaged.damage()
            #expect(fault?.hasPrefix("payload: ") == true, "\(fault ?? "nothing")")
            try await damaged.close()
        }
    }
}
