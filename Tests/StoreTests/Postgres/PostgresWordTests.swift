#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import TestSupport
import Testing

@testable import Store
@testable import StorePostgres

/// PostgreSQL's index of words finds what a look at each event finds, however far it is.
@Suite(.enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)), .databases)
struct PostgresWordTests {
    private func run(_ body: (Fixture, PostgresStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try await PostgresDatabase.of(directory).opened()
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
            try await store.close()
        }
    }

    /// Pretends that the index began when the event with this number was the next one.
    private func begin(at sequence: Int64, _ store: PostgresStore) async throws {
        try await store.words.run(patience: 1000) { connection in
            var range = try WordIndexRange(connection)
            (range.first, range.last) = (sequence, sequence - 1)
            try range.write(connection)
        }
    }

    @Test(.campaign, arguments: 1...6 as ClosedRange<UInt64>)
    func `index and look find the same, in either direction and however far the index is`(seed: UInt64) async throws {
        try await run { fixture, store in
            var records = RandomRecords(random: SeededGenerator(seed: seed))
            let second = try await store.createInstance { .sample($0) }
            for round in 0..<12 {
                let rows = (0..<10).map { _ in
                    records.row(Int.random(in: 1...60, using: &records.random), at: 2000 + Int64(round))
                }
                var batch = fixture.batch(rows, receivedAt: 5000 + Int64(round), hasCallback: round % 3 != 0)
                if round % 4 == 0 { batch.instanceID = second.id }
                for id in try await store.append(batch).ready where id % 3 == 0 {
                    try await fixture.attempt(id, .dead)
                }
            }
            let events = try await store.events(PageRequest(limit: 1000)).events
            var texts: [Int64: String] = [:]
            for event in events {
                texts[event.sequence] = try await store.event(sequence: event.sequence)?.event.record
            }
            try await begin(at: Int64.random(in: 1...Int64(events.count), using: &records.random), store)
            for round in 0..<60 {
                if round % 6 == 0 { _ = try await store.indexWords(leaving: 0, atMost: 15) }
                var filter = EventFilter()
                if Int.random(in: 0..<3, using: &records.random) == 0 { filter.objects = ["LEAD", "invoice__c"] }
                if Int.random(in: 0..<4, using: &records.random) == 0 { filter.instanceIDs = [fixture.instance.id] }
                if Int.random(in: 0..<4, using: &records.random) == 0 { filter.states = [.dead, .queued] }
                if Int.random(in: 0..<4, using: &records.random) == 0 { filter.changes = [.updated, .deleted] }
                filter.expression = records.expression()
                let named = filter
                let wanted = events.filter { event in
                    named.condition.matches(event, record: { texts[event.sequence] ?? "" }, instanceName: nil)
                }.map(\.sequence)
                let low = WordPlan.Limits(few: 30, fewest: 3, firstLook: 5)
                let limits: WordPlan.Limits = [.none, .standard, low][round % 3]
                let found = try await store.look { connection in
                    let index = PostgresEventIndex(connection: connection, wordLimits: limits)
                    return (try pages(named, .newestFirst, index), try pages(named, .oldestFirst, index))
                }
                #expect(found.0 == wanted, "seed \(seed), round \(round): \(filter.condition)")
                #expect(found.1 == wanted.reversed(), "seed \(seed), round \(round): \(filter.condition)")
            }
            var state = try await store.indexWords(leaving: 0)
            while state.rest > 0 { state = try await store.indexWords(leaving: 0) }
            #expect(state.indexed == 1...Int64(events.count))
        }
    }

    @Test func `what is purged leaves no word behind`() async throws {
        try await run { fixture, store in
            for number in 1...20 {
                let result = try await fixture.append(.row(number, at: 2000, name: "Company \(number)"))
                for id in result.ready { try await fixture.attempt(id, .delivered) }
            }
            _ = try await store.indexWords(leaving: 0)
            #expect(try await fixture.purge(PurgeRequest(settled: PurgeBound(through: 15))) == 15)
            let left = try await store.look {
                try $0.run("SELECT count(*), min(sequence) FROM word").map { [$0[0] as Int64, $0[1]] }
            }
            #expect(left == [[5, 16]])
            let filter = try EventFilter(parsing: "company", now: Timestamp(seconds: 9000))
            #expect(try await store.counts(filter).total == 5)
        }
    }

    @Test func `an event with more words than PostgreSQL takes is found nevertheless`() async throws {
        try await run { fixture, store in
            let long = (0..<90_000).map { "word\($0)" }.joined(separator: " ")
            try await fixture.append(
                .row(1, at: 2000, extra: [.init(name: "Text__c", raw: "\"\(long) treasure\"")])
            )
            try await fixture.append(.row(2, at: 2000, extra: [.init(name: "Text__c", raw: "\"short treasure\"")]))
            _ = try await store.indexWords(leaving: 0)
            for (text, found) in [("treasure", 2), ("word89999", 1), ("nowhere", 0), ("\"word5 word6\"", 1)] {
                let filter = try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
                #expect(try await store.counts(filter).total == Int64(found), "\(text)")
            }
        }
    }

    private func pages(
        _ filter: EventFilter,
        _ direction: PageRequest.Direction,
        _ index: PostgresEventIndex
    ) throws -> [Int64] {
        var found: [Int64] = []
        var page = PageRequest(direction: direction, limit: 4, filter: filter)
        while case let next = try EventScan.page(page, index), !next.isEmpty, found.count < 1000 {
            found += next
            page.after = next.last
        }
        return found
    }
}
#endif
