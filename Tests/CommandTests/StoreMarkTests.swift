import FoundationEssentials
import Glibc
import Primitives
import Store
import TestSupport
import Testing

@testable import signalbox

/// Directories whose node has its events elsewhere, and commands that aren't told where.
@Suite(.timeLimit(.minutes(20)))
struct StoreMarkTests {
    private let database = StoreMark(.postgresql, location: "db.example:5432/signalbox")

    private func said(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch { return (error as? UsageError)?.message ?? "\(type(of: error)): \(error)" }
    }

    @Test func `a node's store is known in its directory until it is the directory itself`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let (data, store) = (directory.path + "/data", directory.path + "/store")
        for path in [data, store] { try #require(unsafe mkdir(path, 0o700) == 0) }
        var settings = Settings(dataDirectory: data)
        StoreMark.save(settings, logger: .quiet)
        #expect(StoreMark(in: data) == nil)
        settings.storeDirectory = store
        StoreMark.save(settings, logger: .quiet)
        let mark = try #require(StoreMark(in: data))
        #expect(mark.kind == .directory && mark.location.hasSuffix("/store"))
        #expect(settings.storeElsewhere == nil)
        settings.storeDirectory = nil
        let sentence = said(settings.requireNamedStore)
        #expect(sentence?.contains("add --store \(mark.location) ") == true, "\(sentence ?? "")")
        settings.storeDirectory = data + "/."
        StoreMark.save(settings, logger: .quiet)
        #expect(StoreMark(in: data) == nil)
    }

    @Test func `a command makes no other store's of a directory that has one`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        try await SQLiteStore(directory: directory.path + "/own", logger: .quiet).close()
        for name in ["own", "new"] {
            let data = directory.path + "/" + name
            if name == "new" { try #require(unsafe mkdir(data, 0o700) == 0) }
            var settings = Settings(dataDirectory: data)
            settings.storeDirectory = directory.path
            StoreMark.note(settings, logger: .quiet)
            #expect((StoreMark(in: data) == nil) == (name == "own"))
        }
    }

    @Test func `without the database nothing is opened, made or shown in its node's directory`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        try #require(database.write(in: directory.path))
        let settings = Settings(dataDirectory: directory.path)
        let all = [
            said(settings.requireNamedStore), said(settings.requireStore), said(settings.requireCurrentCredentials),
            said { try settings.requireFiles("copy it", instead: "pg_dump") },
            said { try DemoCommand.checkStore(settings) }, said { _ = try NodeStore.open(settings, logger: .quiet) },
        ]
        #expect(all.allSatisfy { $0?.contains("elsewhere") == true || $0?.contains("--store") == true }, "\(all)")
        #expect(all.first??.contains("PostgreSQL at db.example:5432/signalbox; add the same --store") == true)
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(Set(left).isSubset(of: [StoreMark.fileName, "lock"]), "\(left)")
    }

    @Test func `a node that runs is found all the same, and shows its secrets`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        try #require(database.write(in: directory.path))
        let settings = Settings(dataDirectory: directory.path)
        let lock = try DirectoryLock(path: directory.path + "/lock")
        let fault = #expect(throws: StoreError.self) { _ = try NodeStore.open(settings, logger: .quiet) }
        #expect(fault?.kind == .locked)
        #expect(said(settings.requireStore) == nil)
        #expect(said(settings.requireCurrentCredentials) == nil)
        // What would be changed are copies.
        #expect(said(settings.requireNamedStore) != nil)
        withExtendedLifetime(lock) {}
    }

    @Test func `the examination says that the store is elsewhere, and fails where a start would`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        try #require(database.write(in: directory.path))
        _ = unsafe chmod(directory.path, 0o700)
        var settings = Settings(dataDirectory: directory.path)
        settings.receiver = HostPort(host: "127.0.0.1", port: 0)
        settings.management = HostPort(host: "127.0.0.1", port: 0)
        settings.freeSpace = 0
        let found = Locked<[Finding]>([])
        let examination = Examination(settings: settings, environment: ["HOME": "/nonexistent"], posts: false)
        let hasFailed = try await examination.run { finding in found.withLock { $0.append(finding) } }
        #expect(hasFailed)
        let failed = found.withLock { $0 }.filter { $0.verdict == .failed }
        #expect(failed.map(\.sentence) == [database.sentence(directory.path)])
        let beside = StoreExamination.besideNode(settings)
        #expect(beside.map(\.verdict) == [.warning])
        try await SQLiteStore(directory: directory.path + "/store", logger: .quiet).close()
        try #require(StoreMark(.directory, location: directory.path + "/store").write(in: directory.path))
        let looked = StoreExamination.besideNode(settings)
        #expect(looked.first?.sentence.hasPrefix("whole: 0 events") == true, "\(looked)")
    }
}
