import Domain
import Foundation
import GRDB
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Store

/// The index of words lives in a file of its own, and always belongs to the events that are there, whenever a process was
/// killed and whoever put files into each other's place.
@Suite(.timeLimit(.minutes(10)))
struct WordFileTests {
    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
        }
    }

    private func append(_ numbers: ClosedRange<Int>, _ fixture: Fixture) async throws {
        let rows = numbers.map { Observation.row($0, at: 2000, name: "Company \($0)") }
        _ = try await fixture.store.append(fixture.batch(rows, hasCallback: false))
    }

    private func index(_ store: SQLiteStore) async throws {
        while try await store.indexWords(leaving: 1).rest > 0 {}
    }

    private func found(_ text: String, _ store: SQLiteStore) async throws -> [Int64] {
        let filter = try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
        let page = try await store.events(PageRequest(direction: .oldestFirst, limit: 500, filter: filter))
        return page.map(\.sequence)
    }

    /// What the index itself says, with what is no longer there.
    private func indexed(_ store: SQLiteStore) async throws -> [Int64] {
        try await store.read { db in
            try Int64.fetchAll(db, sql: "SELECT rowid FROM words WHERE words MATCH 'company' ORDER BY rowid")
        }
    }

    /// As if the process were killed now.
    private func killed(_ fixture: Fixture, _ body: (SQLiteStore) async throws -> Void) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let copy = scratch.path + "/copy"
        try FileManager.default.copyItem(atPath: fixture.directory, toPath: copy)
        try await opened(copy, body)
    }

    private func opened(_ directory: String, _ body: (SQLiteStore) async throws -> Void) async throws {
        let store = try SQLiteStore(directory: directory, logger: .quiet)
        try await body(store)
        try await store.close()
    }

    private func purged(_ store: SQLiteStore, _ edition: Int64) async throws -> PurgeCandidates {
        let request = PurgeRequest(settled: PurgeBound(through: 30))
        let candidates = try await store.look { try PurgeCandidates(request, after: 0, atMost: 30, $0) }
        try await store.announceRemoval(candidates.all, edition: edition)
        return candidates
    }

    @Test func `whoever stores an event doesn't wait for words`() async throws {
        try await run { fixture, store in
            try await append(1...10, fixture)
            let gate = Gate()
            let entered = Atomic(false)
            let writing = Task {
                try await store.words.write { _ in
                    entered.store(true, ordering: .relaxed)
                    gate.holdThread()
                }
            }
            try await waitUntil("the index is written") { entered.load(ordering: .relaxed) }
            try await append(11...20, fixture)
            #expect(try await found("company", store).count == 20)
            gate.open()
            try await writing.value
            try await store.close()
        }
    }

    @Test func `a purge that is killed before its events went leaves the index as it is`() async throws {
        try await run { fixture, store in
            try await append(1...50, fixture)
            try await index(store)
            _ = try await purged(store, 7)
            try await killed(fixture) { revived in
                let held = try await indexed(revived)
                #expect(held == Array(1...50))
                #expect(try await found("company", revived) == held)
                #expect(try await revived.indexWords(leaving: 1).rest == 0)
            }
            // And where it failed, the next one goes on.
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 10)), atMost: 4) == 10)
            #expect(try await indexed(store) == Array(11...50))
            try await store.close()
        }
    }

    @Test func `a purge that is killed after its events went is finished at the start, and hides nothing until then`()
        async throws
    {
        try await run { fixture, store in
            try await append(1...50, fixture)
            try await index(store)
            let candidates = try await purged(store, 7)
            _ = try await store.queue.perform { transaction in
                _ = try transaction.purge(candidates.all)
                try WordEdition.set(7, transaction)
            }
            // Of those that are gone none takes the place of one that is there.
            #expect(try await indexed(store) == Array(1...50))
            let filter = try EventFilter(parsing: "company", now: Timestamp(seconds: 9000))
            let page = try await store.events(PageRequest(direction: .oldestFirst, limit: 5, filter: filter))
            #expect(page.map(\.sequence) == [31, 32, 33, 34, 35])
            #expect(try await store.counts(filter).total == 20)
            try await killed(fixture) { revived in
                let held = try await indexed(revived)
                #expect(held == Array(31...50))
                #expect(try await revived.indexWords(leaving: 1).indexed == 1...50)
            }
            // Where nobody was killed, the next step does it.
            _ = try await store.indexWords()
            #expect(try await indexed(store) == Array(31...50))
            try await store.close()
        }
    }

    @Test func `the index of another state of the database is never searched`() async throws {
        try await run { fixture, store in
            try await append(1...20, fixture)
            try await index(store)
            try await store.close()
            let (own, kept) = (fixture.directory, try ScratchDirectory())
            defer { kept.remove() }
            for name in ["signalbox.sqlite", "words.sqlite"] {
                try FileManager.default.copyItem(atPath: "\(own)/\(name)", toPath: "\(kept.path)/\(name)")
            }
            func bring(_ name: String) throws {
                try FileManager.default.removeItem(atPath: "\(own)/\(name)")
                try FileManager.default.copyItem(atPath: "\(kept.path)/\(name)", toPath: "\(own)/\(name)")
            }
            try await opened(own) { later in
                let fixture = Fixture(store: later, instance: fixture.instance, directory: own)
                try await append(21...60, fixture)
                try await index(later)
            }
            // The database of before, with the index of later.
            try bring("signalbox.sqlite")
            try await opened(own) { former in
                #expect(try await indexed(former) == [])
                let fixture = Fixture(store: former, instance: fixture.instance, directory: own)
                let rows = (61...80).map { Observation.row($0, at: 2000, name: "Other \($0)") }
                _ = try await former.append(fixture.batch(rows, hasCallback: false))
                #expect(try await found("company", former) == Array(1...20))
                try await index(former)
                #expect(try await found("company", former) == Array(1...20))
                #expect(try await found("other", former) == Array(21...40))
                #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 10)), atMost: 4) == 10)
            }
            // The index of before, with a database of which some events are gone.
            try bring("words.sqlite")
            try await opened(own) { later in
                #expect(try await indexed(later) == [])
                try await index(later)
                #expect(try await found("company", later) == Array(11...20))
            }
        }
    }

    @Test(arguments: ["none", "another", "cut", "torn", "newer"])
    func `a file that can't be used is made anew, and nothing else suffers`(fault: String) async throws {
        try await run { fixture, store in
            try await append(1...600, fixture)
            try await index(store)
            try await store.close()
            let path = fixture.directory + "/words.sqlite"
            switch fault {
            case "none": try FileManager.default.removeItem(atPath: path)
            case "another":
                try Data("This is no database at all, and long enough to be seen.".utf8).write(
                    to: URL(fileURLWithPath: path)
                )
            case "cut":
                let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
                try file.truncate(atOffset: 5000)
                try file.close()
            case "torn":
                let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
                for page in 2..<8 as Range<UInt64> {
                    try file.seek(toOffset: page * 4096)
                    try file.write(contentsOf: Data(repeating: 0x5a, count: 4096))
                }
                try file.close()
            default:
                let queue = try DatabaseQueue(path: path)
                try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
                try queue.close()
            }
            try await opened(fixture.directory) { revived in
                #expect(try await found("\"company 7\"", revived) == [7])
                try await index(revived)
                #expect(try await indexed(revived).count == 600)
                let facts = try FileManager.default.attributesOfItem(atPath: path)
                #expect(facts[.posixPermissions] as? Int == 0o600)
            }
        }
    }
}
