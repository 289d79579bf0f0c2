import FoundationEssentials
import Gateway
import Glibc
import Store
import TestSupport
import Testing

@testable import signalbox

/// Commands on a directory that holds nothing.
@Suite(.timeLimit(.minutes(20)))
struct RequiredStoreTests {
    private func refusal(_ settings: Settings) -> String? {
        do {
            try settings.requireStore()
            return nil
        } catch { return (error as? CommandFailure)?.message ?? "\(error)" }
    }

    @Test func `a command that reads makes nothing of a directory that was mistyped`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let data = directory.path + "/data"
        var settings = Settings(dataDirectory: data)
        let access = EngineAccess(settings, .atRest)
        let failure = await offThread { () -> String? in
            do {
                try access.use { _ in }
                return nil
            } catch { return (error as? CommandFailure)?.message ?? "\(error)" }
        }
        let sentence =
            "There is no store in \(data); name its directory with --data-dir, or start `signalbox`, which makes one."
        #expect(failure == sentence)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        #expect(throws: CommandFailure.self) { try settings.requireDataDirectory() }
        settings.storeDirectory = directory.path + "/store"
        #expect(refusal(settings)?.contains("/store; name its directory with --store,") == true)
    }

    @Test func `a directory that can't be looked at is not said to hold no store`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        // Nobody gets behind it, root neither.
        let loop = directory.path + "/loop"
        try #require(unsafe symlink(loop, loop) == 0)
        func said(_ work: () throws -> Void) -> String? {
            do {
                try work()
                return nil
            } catch { return "\(error)" }
        }
        let all = [
            refusal(Settings(dataDirectory: loop)),
            said { _ = try StoreBackup.write(dataDirectory: loop, to: directory.path + "/copy", mayReplace: false) },
            said { _ = try KeyRotation(dataDirectory: loop) }, said { _ = try StoreHealth.standing(directory: loop) },
            said { _ = try Credentials.load(dataDirectory: loop) },
            said {
                let key = ["CREDENTIALS_DIRECTORY": loop]
                _ = try SealingKey.given(key)
            },
        ]
        for sentence in all { #expect(sentence?.contains("Too many levels of symbolic links") == true, "\(all)") }
        #expect(refusal(Settings(dataDirectory: loop))?.contains("There is no store") == false)
    }

    @Test func `a store that is there, or about to be made, is no reason to refuse`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let settings = Settings(dataDirectory: directory.path)
        #expect(refusal(settings)?.contains("There is no store in") == true)
        try settings.requireDataDirectory()
        var lock: DirectoryLock? = try DirectoryLock(path: directory.path + "/lock")
        #expect(refusal(settings) == nil)
        withExtendedLifetime(lock) {}
        lock = nil
        try await SQLiteStore(directory: directory.path, logger: .quiet).close()
        #expect(refusal(settings) == nil)
    }
}
