import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// What is asked while somebody looks finds its rows by a key: never by reading all of a table, or all of an instance.
struct QueryPlanTests {
    private static let filters = [
        "", "object:Account", "state:dead", "-replay:succeeded", "source:polling", "instance:1,2 acme", "since:2h",
        "since:20d until:1d object:Account", "id:001000000000001AAA instance:1", "event:abc change:created",
        "field:Name",
        "status:5xx", "took:>1s", "error:timed", "acme", "name:acme object:Lead", "object:Lead | state:dead",
        "\"a b*\"",
        "acme state:dead", "instance:1 | acme",
    ]

    private static let axes: [HistogramRequest.Axis] = [
        .sequences(cut: 5), .times(from: Timestamp(seconds: 4000), to: Timestamp(seconds: 6000)),
    ]

    /// The statements that `body` runs, with their values.
    private func statements(_ db: Database, _ body: (Database) throws -> Void) throws -> [String] {
        let seen = Locked<[String]>([])
        db.trace { event in seen.withLock { $0.append(event.expandedDescription) } }
        try body(db)
        db.trace(nil)
        return seen.withLock { $0 }
    }

    @Test func `nothing that a person looks at reads a whole table`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            for number in 1...40 { try await fixture.append(.row(number, at: 2000, name: "Acme \(number)")) }
            _ = try await store.indexWords(leaving: 1, atMost: 20)
            let id = fixture.instance.id
            let plans = try await store.look { db in
                let run = try statements(db) { db in
                    _ = try SQLiteStore.activity(id, since: Timestamp(seconds: 4000), db)
                    let asked = StatisticsRequest(instance: id, callbackURL: "http://127.0.0.1:9/")
                    _ = try SQLiteStore.statistics(asked, at: Timestamp(seconds: 5001), db)
                    _ = try SQLiteStore.failures(id, db)
                    _ = try SQLiteStore.retrying(id, db)
                    _ = try SQLiteStore.lastAttempt(id, url: "http://127.0.0.1:9/", db)
                    _ = try EventDetail(sequence: 7, db)
                    for text in Self.filters {
                        var filter = try EventFilter(parsing: text, now: Timestamp(seconds: 5001))
                        for ids in [[], [id]] as [Set<InstanceID>] {
                            filter.instanceIDs = ids
                            let page = PageRequest(limit: 9, filter: filter)
                            let index = SQLiteEventIndex(db: db)
                            _ = try EventSummary.all(try EventScan.page(page, index), page, db)
                            _ = try EventCounts.of(filter, limit: 5, index)
                            _ = try EventScan.deliveries(filter, before: nil, limit: 5, index) {
                                try Delivery.all(ofEvents: $0, db)
                            }
                            for axis in Self.axes {
                                _ = try EventHistogram.of(HistogramRequest(filter, axis, bins: 8), index)
                            }
                        }
                    }
                }
                return try run.filter { $0.hasPrefix("SELECT") || $0.hasPrefix("WITH") }.flatMap { sql in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { (sql, $0["detail"] as String) }
                }
            }
            #expect(plans.count > 100)
            expectKeys(plans)
        }
    }

    private static let tables = ["event", "e", "payload", "p", "delivery", "d", "attempt", "a", "words_idx"]

    /// A step of a statement's plan reads rows by a key, or an index of few rows.
    private func expectKeys(_ plans: [(sql: String, step: String)]) {
        for (sql, step) in plans {
            let isWhole = Self.tables.contains { table in
                step == "SCAN \(table)"
                    || step.hasPrefix("SCAN \(table) USING") && !step.hasSuffix("USING INDEX delivery_due")
            }
            #expect(!isWhole && !step.hasSuffix("event_facet (instance=?)"), "\(step) in \(sql.prefix(400))")
        }
    }

    @Test func `a start reads those that retry, and not every delivery`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            try await fixture.append(.row(1, at: 2000))
            try await fixture.attempt(1, .retrying, status: 500, next: 9000)
            let seen = Locked<[String]>([])
            try await store.pool.writeWithoutTransaction { db in
                db.trace { event in seen.withLock { $0.append(event.expandedDescription) } }
            }
            try await store.settleDue(now: Timestamp(seconds: 6000))
            try await store.pool.writeWithoutTransaction { $0.trace(nil) }
            let run = seen.withLock { $0 }
            #expect(run.contains { $0.contains("delivery") })
            let plans = try await store.look { db in
                try run.filter { $0.hasPrefix("SELECT") }.flatMap { sql in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { (sql, $0["detail"] as String) }
                }
            }
            expectKeys(plans)
        }
    }

    @Test func `a jump to a moment looks at hardly more events than it shows`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            // One block, of which the moment is in the middle.
            for second in 0..<18 {
                let rows = (0..<100).map { Observation.row(second * 100 + $0, at: 2000) }
                let batch = fixture.batch(rows, receivedAt: 5000 + Int64(second), hasCallback: second % 2 == 0)
                _ = try await store.append(batch)
            }
            var filter = EventFilter()
            filter.instanceIDs = [fixture.instance.id]
            let asked = filter
            for (direction, wanted) in [(.newestFirst, 851...900), (.oldestFirst, 901...950)]
                as [(PageRequest.Direction, ClosedRange<Int64>)]
            {
                let (found, run) = try await store.look { db in
                    var filter = asked
                    let moment = Timestamp(seconds: 5009)
                    if direction == .newestFirst { filter.to = moment } else { filter.from = moment }
                    let page = PageRequest(direction: direction, limit: 50, filter: filter)
                    var found: [Int64] = []
                    let run = try statements(db) { found = try EventScan.page(page, SQLiteEventIndex(db: $0)) }
                    return (found, run)
                }
                #expect(found.sorted() == Array(wanted))
                let looks = run.filter { $0.contains("json_each") }
                let looked = looks.reduce(0) { sum, sql in
                    let numbers = sql.split(separator: "[").last?.prefix { $0 != "]" } ?? ""
                    return sum + numbers.split(separator: ",").count
                }
                #expect((50...128).contains(looked), "\(looks)")
                // All events are of this instance: they are one stream, not one for each facet.
                #expect(!run.contains { $0.contains("event_facet") }, "\(run)")
            }
        }
    }

    @Test func `the blocks of a busy slot are counted together, exactly`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            let instance = try await store.createInstance { .sample($0) }
            let other = Fixture(store: store, instance: instance, directory: fixture.directory)
            var expected: [Int64: Int] = [:]
            // Seven blocks in two slots, one of them shared, and some events of another instance in each.
            for round in 0..<10 {
                let second = 5000 + Int64(round) * 2
                let rows = (0..<1300).map { Observation.row(round * 1300 + $0, at: 2000) }
                _ = try await store.append(fixture.batch(rows, receivedAt: second, hasCallback: false))
                _ = try await store.append(other.batch(rows.suffix(5), receivedAt: second, hasCallback: false))
                expected[second / 10 * 10, default: 0] += rows.count
            }
            let id = fixture.instance.id
            let (summary, run) = try await store.look { db in
                var summary: ActivitySummary?
                let run = try statements(db) { db in
                    summary = try SQLiteStore.activity(id, since: Timestamp(seconds: 4000), db)
                }
                return (summary, run)
            }
            #expect(summary?.events == expected && expected.count == 2)
            #expect(run.count { $0.contains("count(*)") } == 2, "\(run)")
            #expect(run.count { $0.contains("received / ") } == 1, "\(run)")
        }
    }

    @Test(
        arguments: [
            ([4], true), ([3, 4, 5], true), ([5, 4, 3], true), ([3, 5], false), ([5, 4, 2], false), ([4, 3, 4], false),
            ([4, 5, 4], false), ([4, 4], false), ([], false), ([.min, .max], false), ([.max, .min], false),
        ] as [([Int64], Bool)]
    )
    func `numbers are a range where each follows the one before`(numbers: [Int64], isRange: Bool) {
        let range = NumberList.range(of: numbers)
        #expect((range != nil) == isRange)
        if let range { #expect(range.lowerBound == numbers.min() && range.upperBound == numbers.max()) }
    }

    @Test func `a page of events that follow each other is read as a range`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            for number in 1...9 { try await fixture.append(.row(number, at: 2000, name: "Acme \(number)")) }
            for direction in [PageRequest.Direction.newestFirst, .oldestFirst] {
                for asked in [[3, 4, 5, 6], [2, 4, 8]] as [[Int64]] {
                    let wanted: [Int64] = direction == .newestFirst ? asked.reversed() : asked
                    let (found, run) = try await store.look { db in
                        var found: [EventSummary] = []
                        let run = try statements(db) { db in
                            found = try EventSummary.all(wanted, PageRequest(direction: direction), db)
                        }
                        return (found, run)
                    }
                    #expect(found.map(\.sequence) == wanted)
                    let isSparse = run.contains { $0.contains("json_each") }
                    #expect(isSparse == (asked == [2, 4, 8]), "\(run)")
                }
            }
        }
    }
}
