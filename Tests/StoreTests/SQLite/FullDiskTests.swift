import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// A disk that is full again and again while several store at once: whoever got no answer has lost nothing, whoever got one has
/// it on disk, and the database is whole.
@Suite(.timeLimit(.minutes(20)))
struct FullDiskTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `nothing acknowledged is lost and nothing is torn`(seed: UInt64) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            var random = SeededGenerator(seed: seed)
            var acknowledged: [Int: Int64] = [:]
            var refused: Set<Int> = []
            var next = 1
            for round in 0..<12 {
                let spare = Int.random(in: 0...12, using: &random)
                try await setSpare(spare, store)
                let numbers = Array(next..<(next + 24))
                next += 24
                // Records of a few bytes and of many pages, several in one commit.
                let sizes = numbers.map { _ in [10, 3000, 60_000].randomElement(using: &random) ?? 10 }
                let results = await withTaskGroup(of: (Int, Result<IntakeResult, any Error>).self) { group in
                    for (number, size) in zip(numbers, sizes) {
                        group.addTask {
                            let text = JSON.string(String(repeating: "x ", count: size / 2)).text
                            let row = Observation.row(number, at: 2000, extra: [.init(name: "Text__c", raw: text)])
                            do { return (number, .success(try await fixture.append(row))) } catch {
                                return (number, .failure(error))
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                for (number, result) in results {
                    switch result {
                    case .success(let result): acknowledged[number] = result.lastSequence
                    case .failure(let error):
                        #expect((error as? StoreError)?.kind == .diskFull, "seed \(seed), round \(round): \(error)")
                        refused.insert(number)
                    }
                }
                // What goes on beside it fails or succeeds as a whole, too.
                if let id = acknowledged.values.randomElement(using: &random) {
                    _ = try? await fixture.attempt(id, .delivered)
                }
                _ = try? await store.indexWords(leaving: 0, atMost: 8)
                _ = try? await fixture.purge(PurgeRequest(settled: PurgeBound(through: .max - 1)), atMost: 2)
            }
            #expect(!refused.isEmpty, "seed \(seed): the disk was never full")
            try await setSpare(1_000_000, store)
            // It goes on without a restart, and what was refused comes in.
            for number in refused.sorted() {
                acknowledged[number] = try await fixture.append(.row(number, at: 2000)).lastSequence
            }
            #expect(acknowledged.count == next - 1)
            for number in acknowledged.keys {
                let entry = try await store.ledgerEntry(instance.id, object: "Account", recordID: recordKey(number))
                #expect(entry != nil, "seed \(seed): the record \(number)")
            }
            try await StoreKind.sqlite.afterCrash(of: fixture) { revived in
                let revived = try #require(revived as? SQLiteStore)
                let said = try await revived.pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
                #expect(said == ["ok"], "seed \(seed)")
                #expect(try await revived.counts(.init()).total == store.counts(.init()).total)
            }
            try await store.close()
        }
    }

    /// SQLite takes a database that may not grow for a full disk.
    private func setSpare(_ pages: Int, _ store: SQLiteStore) async throws {
        @Sendable func limit(_ db: Database) throws {
            let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count + pages)")
        }
        try await store.pool.writeWithoutTransaction { try limit($0) }
        // Sometimes the index of words has room left where the database has none.
        try await store.words.write { try limit($0) }
    }
}
