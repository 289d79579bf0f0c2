import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// Random histories that are purged again and again: nothing is left over of what went, nothing is missing of what stays, and
/// every count is what counting would say.
@Suite(.campaign)
struct PurgePropertyTests {
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `after any purge all that is counted is what is there`(seed: UInt64) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let first = try await store.createInstance { .sample($0) }
            let second = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: first, directory: directory)
            var records = RandomRecords(random: SeededGenerator(seed: seed))
            var ledger: Int64 = 0
            for round in 0..<30 {
                let rows = (0..<12).map { _ in
                    records.row(Int.random(in: 1...40, using: &records.random), at: 2000 + Int64(round))
                }
                // The clock jumps, so that moments don't follow the numbers.
                let jump = Int64.random(in: -300...300, using: &records.random)
                var batch = fixture.batch(
                    rows,
                    receivedAt: 5000 + 60 * Int64(round) + jump,
                    batchSize: Int.random(in: 1...3, using: &records.random),
                    hasCallback: round % 5 != 0
                )
                if round % 3 == 0 { batch.instanceID = second.id }
                _ = try await store.append(batch)
                if round % 2 == 0 { _ = try await store.indexWords(leaving: 0, atMost: 9) }
                try await deliver(fixture, &records)
                let before = try await details(store)
                let entries = try await entries(store)
                let request = request(round, &records)
                let limit = Int.random(in: 1...20, using: &records.random)
                let removed = try await fixture.purge(request, atMost: limit)
                let after = try await details(store)
                let gone = before.filter { after[$0.key] == nil }
                #expect(gone.count == Int(removed), "seed \(seed), round \(round)")
                #expect(after == before.filter { gone[$0.key] == nil }, "seed \(seed), round \(round)")
                let wanted = before.filter { allows(request, $0.value, among: before) }
                #expect(Set(gone.keys) == Set(wanted.keys), "seed \(seed), round \(round)")
                try await check(store, "seed \(seed), round \(round)")
                let known = try await store.pool.read {
                    try Int64.fetchOne($0, sql: "SELECT count(*) FROM ledger") ?? 0
                }
                #expect(known >= ledger)
                ledger = known
                #expect(try await self.entries(store) == entries, "seed \(seed), round \(round)")
            }
            // Everything can go, and everything goes on.
            let all = PurgeBound(through: .max - 1)
            for id in try await details(store).keys.sorted() { try await fixture.attempt(id, .dead, status: 500) }
            _ = try await fixture.purge(PurgeRequest(settled: all, undelivered: all))
            try await check(store, "seed \(seed), at the end")
            #expect(try await store.events(PageRequest()).isEmpty)
            #expect(try await store.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM span") } == 0)
            let next = try await fixture.append(.row(777, at: 9000))
            #expect(next.lastSequence == store.queue.state.nextSequence - 1 && next.created == 1)
            _ = try await store.indexWords(leaving: 0)
            try await check(store, "seed \(seed), afterwards")
            try await store.close()
        }
    }

    private func request(_ round: Int, _ records: inout RandomRecords) -> PurgeRequest {
        func bound() -> PurgeBound {
            PurgeBound(
                before: Bool.random(using: &records.random)
                    ? Timestamp(seconds: 5000 + Int64.random(in: 0...(60 * Int64(round) + 1), using: &records.random))
                    : nil,
                through: Int.random(in: 0..<3, using: &records.random) == 0
                    ? Int64.random(in: 0...300, using: &records.random) : nil
            )
        }
        return PurgeRequest(settled: bound(), undelivered: round % 4 == 0 ? bound() : .none)
    }

    /// The rule once more, from what the store says of each event. A notification goes as a whole.
    private func allows(_ request: PurgeRequest, _ detail: EventDetail, among all: [Int64: EventDetail]) -> Bool {
        guard let delivery = detail.delivery else { return false }
        if [.queued, .waiting, .retrying, .held].contains(delivery.state) { return false }
        let bound =
            delivery.state == .dead && delivery.lastReplay?.verdict != .succeeded
            ? request.undelivered : request.settled
        let last = all.values.filter { $0.delivery?.notificationID == delivery.notificationID }.map(\.event.sequence)
            .max()
        let isOld = bound.before.map { detail.event.receivedAt < $0 } ?? false
        return isOld || (bound.through.map { (last ?? .max) <= $0 } ?? false)
    }

    private func deliver(_ fixture: Fixture, _ records: inout RandomRecords) async throws {
        for _ in 0..<10 {
            let id = Int64.random(in: 1...400, using: &records.random)
            switch Int.random(in: 0..<6, using: &records.random) {
            case 0: try await fixture.attempt(id, .dead, status: 500)
            case 1: try await fixture.attempt(id, .retrying, status: 500, next: 7000)
            case 2:
                try await fixture.attempt(
                    id,
                    .dead,
                    status: Bool.random(using: &records.random) ? 200 : 500,
                    isReplay: true
                )
            case 3: try await fixture.store.requeueRetrying([id], of: 1)
            default: try await fixture.attempt(id, .delivered)
            }
        }
    }

    /// All that the ledger knows: a purge changes nothing of it.
    private func entries(_ store: SQLiteStore) async throws -> [String: LedgerEntry] {
        var found: [String: LedgerEntry] = [:]
        for instance in try await store.instances() {
            for object in ["Account", "Lead", "Invoice__c"] {
                for number in 1...40 {
                    let entry = try await store.ledgerEntry(instance.id, object: object, recordID: recordKey(number))
                    found["\(instance.id) \(object) \(number)"] = entry
                }
            }
        }
        return found
    }

    private func details(_ store: SQLiteStore) async throws -> [Int64: EventDetail] {
        var found: [Int64: EventDetail] = [:]
        for event in try await store.events(PageRequest(limit: 5000)) {
            found[event.sequence] = try await store.event(sequence: event.sequence)
        }
        return found
    }

    /// Whatever is kept beside the events agrees with them.
    private func check(_ store: SQLiteStore, _ place: String) async throws {
        let faults = try await store.pool.read { db in
            func numbers(_ sql: String) throws -> [[Int64?]] {
                try Row.fetchAll(db, sql: sql).map { row in row.databaseValues.map { Int64.fromDatabaseValue($0) } }
            }
            var faults: [String] = []
            let pairs = [
                (
                    "counter",
                    "SELECT instance, object, change, state, events FROM counter WHERE events <> 0 ORDER BY 1, 2, 3, 4",
                    "SELECT instance, object, change, state, count(*) FROM event GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
                ),
                (
                    "replay_counter",
                    "SELECT instance, object, change, state, replay, events FROM replay_counter WHERE events <> 0 ORDER BY 1, 2, 3, 4, 5",
                    """
                    SELECT instance, object, change, state, replay, count(*) FROM event WHERE replay IS NOT NULL
                    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
                    """
                ),
                ("payload", "SELECT sequence FROM payload ORDER BY 1", "SELECT sequence FROM event ORDER BY 1"),
                (
                    "delivery", "SELECT id FROM delivery ORDER BY 1",
                    "SELECT DISTINCT notification FROM event ORDER BY 1"
                ),
                (
                    "count", "SELECT id, count FROM delivery ORDER BY 1",
                    "SELECT notification, count(*) FROM event GROUP BY 1 ORDER BY 1"
                ),
                (
                    "attempt",
                    "SELECT DISTINCT notification FROM attempt WHERE notification NOT IN (SELECT id FROM delivery)",
                    "SELECT 1 WHERE 0"
                ),
                (
                    "lane", "SELECT DISTINCT id FROM lane ORDER BY 1",
                    "SELECT id FROM delivery WHERE state IN (0, 1, 2) AND id IN (SELECT id FROM lane) ORDER BY 1"
                ),
                (
                    "span", "SELECT block FROM span ORDER BY 1",
                    "SELECT DISTINCT sequence / \(TimeBlocks.width) FROM event ORDER BY 1"
                ),
                (
                    "span's times",
                    """
                    SELECT e.sequence FROM event e LEFT JOIN span s ON s.block = e.sequence / \(TimeBlocks.width)
                    WHERE e.received NOT BETWEEN s.earliest AND s.latest OR s.block IS NULL
                    """, "SELECT 1 WHERE 0"
                ),
            ]
            for (name, said, counted) in pairs where try numbers(said) != numbers(counted) { faults.append(name) }
            // Every event has exactly one change, and each word of a change is in the index.
            let range = try WordIndexRange(db)
            let words = try Int64.fetchAll(
                db,
                sql: "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid",
                arguments: [Change.allCases.map { "\"\(IndexedWords.word($0))\"" }.joined(separator: " OR ")]
            )
            let stored = try Int64.fetchAll(
                db,
                sql: "SELECT sequence FROM event WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
                arguments: [range.first, range.last]
            )
            if words != stored { faults.append("words") }
            if try Int.fetchOne(db, sql: "SELECT count(*) FROM removal") != 0 { faults.append("removal") }
            return faults
        }
        try await store.words.write { try $0.execute(sql: "INSERT INTO words (words) VALUES ('integrity-check')") }
        #expect(faults.isEmpty, "\(place)")
    }

    @Test func `words that were read before their event went never get into the index`() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            _ = try await store.append(fixture.batch((1...40).map { .row($0, at: 2000) }, hasCallback: false))
            // Both at once, many times: the index reads what the purge takes.
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for _ in 0..<40 { _ = try await store.indexWords(leaving: 0, atMost: 4) } }
                group.addTask { _ = try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 30)), atMost: 1) }
                try await group.waitForAll()
            }
            while try await store.indexWords(leaving: 0).rest > 0 {}
            try await check(store, "after the race")
            try await store.close()
        }
    }

    @Test func `a step ends with its events, with their bytes where they are large, and with what it looked at`()
        async throws
    {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            let large = JSON.string(String(repeating: "large ", count: 20_000)).text
            let rows = (1...12).map { Observation.row($0, at: 2000, extra: [.init(name: "Text__c", raw: large)]) }
            _ = try await store.append(fixture.batch(rows, hasCallback: false))
            _ = try await store.append(fixture.batch((20...5000).map { .row($0, at: 2000) }))
            let all = PurgeRequest(settled: PurgeBound(through: .max - 1))
            let first = try await store.purge(all, after: 0, atMost: 512)
            #expect(first.removed == 5 && first.position == 5 && first.heldBytes != nil)
            let second = try await store.purge(all, after: 5, atMost: 3)
            #expect(second.removed == 3 && second.position == 8)
            #expect(try await store.purge(all, after: 8, atMost: 4).removed == 4)
            // None of the others may go: they are passed over, so many at a time.
            let passed = try await store.purge(all, after: 12, atMost: 4)
            #expect(passed.removed == 0 && passed.position == 4108)
            #expect(try await store.purge(all, after: 4108, atMost: 4) == PurgeStep(removed: 0, position: nil))
            try await store.close()
        }
    }

    @Test func `space goes back to the disk in steps`() async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            let large = JSON.string(String(repeating: "word and more words ", count: 600)).text
            for round in 0..<20 {
                // The same records again and again: the ledger, which stays, is small.
                let rows = (0..<60).map { number in
                    Observation.row(
                        number,
                        at: 2000 + Int64(round),
                        name: "Acme \(round)",
                        extra: [.init(name: "Text__c", raw: large)]
                    )
                }
                _ = try await store.append(fixture.batch(rows, hasCallback: false))
            }
            while try await !store.indexWords(leaving: 1).isUpToDate {}
            func pages() async throws -> (all: Int64, free: Int64) {
                try await store.pool.read { db in
                    (
                        try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0,
                        try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
                    )
                }
            }
            let before = try await pages().all
            let held = try await store.retentionFacts([]).heldBytes ?? 0
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 1000)), atMost: 64) == 1000)
            var steps = 0
            while try await store.giveBack(.words(isFirst: steps == 0)) { steps += 1 }
            while try await store.giveBack(.pages) { steps += 1 }
            let (all, free) = try await pages()
            let left = try await store.retentionFacts([]).heldBytes ?? .max
            #expect(left < held / 2, "\(held) bytes became \(left)")
            #expect(steps > 3 && free <= SQLiteStore.reserve && all < before * 2 / 3, "\(before) pages became \(all)")
            try await check(store, "after giving back")
            try await store.close()
        }
    }
}
