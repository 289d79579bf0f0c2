import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// Another key for the secrets of a store: one of the two opens all of them, whatever happens meanwhile.
struct KeyRotationTests {
    private struct Killed: Error {}

    private static let entry = AuditEntry(
        at: Timestamp(seconds: 8000),
        actor: "terminal ada",
        action: .rotateKey,
        instance: nil
    )
    private static let first = String(repeating: "0a", count: 32)
    private static let second = String(repeating: "0b", count: 32)

    private func given(_ text: String?) -> GivenKey? { text.map { GivenKey(Secret($0)) } }

    private func open(_ directory: String, _ key: String? = nil) throws -> SQLiteStore {
        try SQLiteStore(directory: directory, options: .init(key: given(key)), logger: .quiet)
    }

    /// A store with secrets that nobody uses.
    private func make(_ directory: String, key: String? = nil) async throws -> [Instance] {
        let store = try open(directory, key)
        for name in ["a", "b", "c"] {
            _ = try await store.createInstance { id in
                var instance = Instance.sample(id)
                instance.configuration.signatureKey = Secret("signature-key-of-\(name)")
                return instance
            }
        }
        let instances = try await store.instances()
        try await store.close()
        return instances
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return (error as? StoreError)?.message }
    }

    private func laterRefusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? StoreError)?.message }
    }

    private func bytes(_ directory: String, _ name: String) -> Data? {
        FileManager.default.contents(atPath: directory + "/" + name)
    }

    @Test func `a fresh key takes the place of the key file, and nothing that the former one opens stays`() async throws
    {
        try await withScratchDirectory { directory in
            let instances = try await make(directory)
            let former = try #require(bytes(directory, "key"))
            let queue = try DatabaseQueue(path: directory + "/signalbox.sqlite")
            let sealed = try await queue.read { try Data.fetchAll($0, sql: "SELECT secrets FROM instance") }
            try queue.close()
            let count = try KeyRotation(dataDirectory: directory).run(from: nil, to: nil, entry: Self.entry)
            #expect(count == 3)
            #expect(bytes(directory, "key") != former && bytes(directory, "key.next") == nil)
            let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/key")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            for name in ["signalbox.sqlite", "signalbox.sqlite-wal"] {
                let whole = bytes(directory, name) ?? Data()
                for text in sealed { #expect(whole.range(of: text) == nil, "\(name)") }
            }
            let store = try open(directory)
            #expect(try await store.instances() == instances)
            #expect(try await store.auditEntries(before: nil, limit: 9).map(\.action) == [.rotateKey])
            try await store.close()
            try former.write(to: URL(filePath: directory + "/key"))
            #expect(refusal { _ = try open(directory) }?.contains("does not open the secrets") == true)
        }
    }

    @Test func `a key that was given is changed for another one that is given`() async throws {
        try await withScratchDirectory { directory in
            let instances = try await make(directory, key: Self.first)
            func rotate(_ old: String?, _ new: String?) -> String? {
                refusal {
                    _ = try KeyRotation(dataDirectory: directory).run(
                        from: given(old),
                        to: new.map { GivenKey(Secret($0), source: "SIGNALBOX_NEW_KEY") },
                        entry: Self.entry
                    )
                }
            }
            #expect(rotate(Self.first, nil)?.contains("give the new one as SIGNALBOX_NEW_KEY") == true)
            #expect(rotate(nil, Self.second)?.contains("leave SIGNALBOX_NEW_KEY out") == true)
            #expect(rotate(Self.first, Self.first)?.contains("in use already") == true)
            #expect(rotate(Self.first, "short")?.hasPrefix("SIGNALBOX_NEW_KEY must be 32 bytes") == true)
            #expect(rotate(Self.second, Self.first)?.contains("does not open the secrets") == true)
            #expect(rotate(Self.first, Self.second) == nil)
            #expect(refusal { _ = try open(directory, Self.first) }?.contains("does not open") == true)
            let store = try open(directory, Self.second)
            #expect(try await store.instances() == instances)
            try await store.close()
            #expect(bytes(directory, "key") == nil)
        }
    }

    @Test func `while the store is in use a fresh key file comes, and what is written meanwhile has the key in force`()
        async throws
    {
        try await withScratchDirectory { directory in
            let instances = try await make(directory)
            let former = bytes(directory, "key")
            let store = try open(directory)
            try await withThrowingTaskGroup { group in
                for instance in instances {
                    group.addTask {
                        for number in 0..<20 {
                            var changed = instance
                            changed.configuration.signatureKey = Secret("signature-key-\(number)")
                            try await store.updateInstance(changed)
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<5 {
                        let count = try await store.rotateKey(to: nil, entry: Self.entry)
                        #expect(count == 3)
                    }
                }
                try await group.waitForAll()
            }
            let refused = await laterRefusal { _ = try await store.rotateKey(to: given(Self.first), entry: Self.entry) }
            #expect(refused?.contains("leave SIGNALBOX_NEW_KEY out") == true)
            let before = try await store.instances()
            #expect(Set(before.map(\.configuration.signatureKey)) == ["signature-key-19"])
            try await store.close()
            #expect(bytes(directory, "key") != former && bytes(directory, "key.next") == nil)
            let again = try open(directory)
            #expect(try await again.instances() == before)
            #expect(
                try await again.auditEntries(before: nil, limit: 9).map(\.action)
                    == Array(repeating: .rotateKey, count: 5)
            )
            try await again.close()
        }
    }

    @Test func `a key that was given opens the store until the new one is given, however often it was changed`()
        async throws
    {
        try await withScratchDirectory { directory in
            let third = String(repeating: "0c", count: 32)
            let instances = try await make(directory, key: Self.first)
            let store = try open(directory, Self.first)
            let missing = await laterRefusal { _ = try await store.rotateKey(to: nil, entry: Self.entry) }
            #expect(missing?.contains("give the new one as SIGNALBOX_NEW_KEY") == true)
            let same = await laterRefusal { _ = try await store.rotateKey(to: given(Self.first), entry: Self.entry) }
            #expect(same?.contains("in use already") == true)
            _ = try await store.rotateKey(to: given(Self.second), entry: Self.entry)
            try await store.close()
            let with = try open(directory, Self.first)
            #expect(try await with.instances() == instances)
            _ = try await with.rotateKey(to: given(third), entry: Self.entry)
            try await with.close()
            for key in [Self.first, Self.second, third] {
                let store = try open(directory, key)
                #expect(try await store.instances() == instances)
                try await store.close()
            }
            // The new one was there.
            for key in [Self.first, Self.second] {
                #expect(refusal { _ = try open(directory, key) }?.contains("does not open the secrets") == true)
            }
        }
    }

    @Test(arguments: KeyRotation.Step.allCases)
    func `a kill at any step leaves a key file that opens everything, and none beside it`(_ step: KeyRotation.Step)
        async throws
    {
        try await withScratchDirectory { directory in
            let instances = try await make(directory)
            let former = bytes(directory, "key")
            #expect(throws: StoreError.self) {
                try KeyRotation(dataDirectory: directory).run(from: nil, to: nil, entry: Self.entry) { reached in
                    if reached == step { throw Killed() }
                }
            }
            // As a kill leaves it: the log is whole, and nobody has tidied up.
            let store = try open(directory)
            #expect(try await store.instances() == instances)
            let entries = try await store.auditEntries(before: nil, limit: 9)
            #expect(entries.count == (step == .keyIsWritten ? 0 : 1))
            try await store.close()
            #expect((bytes(directory, "key") == former) == (step == .keyIsWritten))
            #expect(bytes(directory, "key.next") == nil)
            // And it can be begun again.
            #expect(try KeyRotation(dataDirectory: directory).run(from: nil, to: nil, entry: Self.entry) == 3)
            let again = try open(directory)
            #expect(try await again.instances() == instances)
            try await again.close()
        }
    }

    @Test func `a restore after such a kill keeps the key of what it moves away`() async throws {
        try await withScratchDirectory { place in
            let (directory, copy) = (place + "/data", place + "/copy.sqlite")
            _ = try await make(directory)
            _ = try StoreBackup.write(dataDirectory: directory, to: copy, mayReplace: false)
            try FileManager.default.copyItem(atPath: directory + "/key", toPath: place + "/key")
            #expect(throws: StoreError.self) {
                try KeyRotation(dataDirectory: directory).run(from: nil, to: nil, entry: Self.entry) { reached in
                    if reached == .secretsAreSealed { throw Killed() }
                }
            }
            let next = try #require(bytes(directory, "key.next"))
            _ = try StoreRestore(from: copy, dataDirectory: directory).run(key: nil, mayReplace: true)
            #expect(bytes(directory, "signalbox.replaced-1.key") == next)
            try await open(directory).close()
        }
    }

    @Test func `it refuses a store in use, none, and one of another version`() async throws {
        try await withScratchDirectory { directory in
            func rotate() -> String? {
                refusal {
                    _ = try KeyRotation(dataDirectory: directory).run(from: nil, to: nil, entry: Self.entry)
                }
            }
            #expect(rotate()?.contains("There is no store in") == true)
            let store = try open(directory)
            #expect(rotate()?.contains("is using this data directory; stop it") == true)
            try await store.pool.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99 later')")
            }
            try await store.close()
            #expect(rotate()?.contains("by a newer Signalbox") == true)
            let queue = try DatabaseQueue(path: directory + "/signalbox.sqlite")
            try await queue.write {
                try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier IN ('99 later', 'audit')")
            }
            try queue.close()
            #expect(rotate()?.contains("start `signalbox serve` once before") == true)
        }
    }

    @Test func `what is done to the files stands in the trail, beside a node and without one`() async throws {
        try await withScratchDirectory { directory in
            var entry = Self.entry
            entry.action = .backUp
            // No store yet, no trail.
            try StoreAudit.append(entry, dataDirectory: directory)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            var store = try open(directory)
            try await store.appendAudit(Self.entry)
            try StoreAudit.append(entry, dataDirectory: directory)
            try await store.appendAudit(Self.entry)
            #expect(
                try await store.auditEntries(before: nil, limit: 9).map(\.action) == [.rotateKey, .backUp, .rotateKey]
            )
            try await store.close()
            try StoreAudit.append(entry, dataDirectory: directory)
            store = try open(directory)
            #expect(!store.endedBadly)
            #expect(try await store.auditEntries(before: nil, limit: 9).count == 4)
            // What a killed process left is still a sign of that.
            let dead = directory + "/dead"
            try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: false)
            for name in ["signalbox.sqlite", "signalbox.sqlite-wal", "key"] {
                try FileManager.default.copyItem(atPath: directory + "/" + name, toPath: dead + "/" + name)
            }
            try await store.close()
            try StoreAudit.append(entry, dataDirectory: dead)
            let revived = try open(dead)
            #expect(revived.endedBadly)
            #expect(try await revived.auditEntries(before: nil, limit: 9).count == 5)
            try await revived.close()
        }
    }
}
