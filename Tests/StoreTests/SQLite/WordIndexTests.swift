import Domain
import Foundation
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// The index of words finds what a look at each event finds, however far it is.
struct WordIndexTests {
    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
            try await store.close()
        }
    }

    /// Pretends that the index began when the event with this number was the next one, as in an older database.
    private func begin(at sequence: Int64, _ store: SQLiteStore) async throws {
        try await store.words.write { try WordIndexRange(before: sequence).write($0) }
    }

    /// As where the index could not be used.
    private func beginAnew(before next: Int64, _ store: SQLiteStore) async throws {
        let edition = try await store.read { try WordEdition.ofDatabase($0) }
        let settling = WordEdition.Settling.beginAnew(before: next, edition: edition)
        try await store.words.write { try settling.apply($0) }
    }

    @Test(.campaign, arguments: 1...12 as ClosedRange<UInt64>)
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
                for id in try await store.append(batch).ready where id % 3 == 0 { try await fixture.attempt(id, .dead) }
            }
            let events = try await store.events(PageRequest(limit: 1000))
            var texts: [Int64: String] = [:]
            for event in events {
                texts[event.sequence] = try await store.event(sequence: event.sequence)?.event.record
            }
            try await begin(at: Int64.random(in: 1...Int64(events.count), using: &records.random), store)
            let (meetings, estimates) = (Counter(), Counter())
            for round in 0..<60 {
                if round == 36 { try await beginAnew(before: Int64(events.count) + 1, store) }
                if round % 6 == 0 { _ = try await store.indexWords(leaving: 0, atMost: 15) }
                var filter = EventFilter()
                if Int.random(in: 0..<3, using: &records.random) == 0 { filter.objects = ["LEAD", "invoice__c"] }
                if Int.random(in: 0..<4, using: &records.random) == 0 { filter.instanceIDs = [fixture.instance.id] }
                if Int.random(in: 0..<4, using: &records.random) == 0 { filter.states = [.dead, .queued] }
                if Int.random(in: 0..<4, using: &records.random) == 0 { filter.changes = [.updated, .deleted] }
                filter.expression = records.expression()
                if round % 5 == 1 { filter = try besideFew(&records) }
                let named = filter
                let wanted = events.filter { event in
                    named.condition.matches(event, record: { texts[event.sequence] ?? "" }, instanceName: nil)
                }.map(\.sequence)
                let low = WordPlan.Limits(few: 60, fewest: 3, firstLook: 5)
                let limits: WordPlan.Limits = [.none, .standard, low, low.withoutPages][round % 4]
                let found = try await store.look { db in
                    let index = SQLiteEventIndex(db: db, wordLimits: limits)
                    db.trace { event in
                        if "\(event)".contains(Self.meets) { meetings.add() }
                        if "\(event)".contains(Self.estimates) { estimates.add() }
                    }
                    defer { db.trace(nil) }
                    return try (
                        pages(named, .newestFirst, index), pages(named, .oldestFirst, index),
                        EventCounts.of(named, limit: 7, index)
                    )
                }
                #expect(found.0 == wanted, "seed \(seed), round \(round): \(filter.condition)")
                #expect(found.1 == wanted.reversed(), "seed \(seed), round \(round): \(filter.condition)")
                if filter.condition != .everything, !filter.indexed().isByFacetsAlone {
                    #expect(found.2.total == Int64(min(7, wanted.count)) && found.2.isCut == (wanted.count > 7))
                }
            }
            #expect(meetings.number > 0 && estimates.number > 0, "seed \(seed): not all ways were taken")
            let state = try await store.indexWords(leaving: 0)
            #expect(state.rest == 0 && state.indexed == 1...Int64(events.count))
        }
    }

    /// What the statements hold that let words meet few events, and that say how far words span.
    private static let meets = "+rowid IN"
    private static let estimates = "WITH RECURSIVE part"

    /// Words, whole or begun, wanted or not, beside a state that few events are in.
    private func besideFew(_ records: inout RandomRecords) throws -> EventFilter {
        let texts = ["a*", "acme", "-acme", "a* -ab", "name:a*", "acme | n*", "a* -attempts:>1"]
        return try filter("state:dead " + (texts.randomElement(using: &records.random) ?? ""))
    }

    private func pages(
        _ filter: EventFilter,
        _ direction: PageRequest.Direction,
        _ index: SQLiteEventIndex
    ) throws -> [Int64] {
        var found: [Int64] = []
        var page = PageRequest(direction: direction, limit: 4, filter: filter)
        while case let next = try EventScan.page(page, index), !next.isEmpty, found.count < 1000 {
            found += next
            page.after = next.last
        }
        return found
    }

    private func filter(_ text: String) throws -> EventFilter {
        try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
    }

    private func fill(_ fixture: Fixture, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 500) {
            let rows = (start..<min(start + 500, count)).map { number in
                Observation.row(
                    number,
                    object: number % 2 == 0 ? "Account" : "Lead",
                    at: 2000,
                    name: "Company \(number)",
                    extra: [.init(name: "Industry", raw: number % 2 == 0 ? "\"Energy\"" : "\"Trade and more\"")]
                )
            }
            _ = try await fixture.store.append(fixture.batch(rows))
        }
    }

    /// The statements that a page runs.
    private func statements(
        _ page: PageRequest,
        _ store: SQLiteStore,
        _ limits: WordPlan.Limits = .standard
    ) async throws -> [String] {
        try await store.look { db in
            let seen = Locked<[String]>([])
            db.trace { event in seen.withLock { $0.append("\(event)") } }
            _ = try EventScan.page(page, SQLiteEventIndex(db: db, wordLimits: limits))
            db.trace(nil)
            return seen.withLock { $0 }
        }
    }

    private static let standards: [WordPlan.Limits] = [.standard, .standard.withoutPages]

    static let indexedSearches = [
        "energy", "company", "energy 17*", "\"trade and more\"", "name:company -energy", "energy | trade",
        "company object:lead", "energy object:lead", "absent", "comp*", "company (energy | trade) -absent",
        "co*", "energy object:Lead change:created", "since:2h energy", "company -energy -trade", "-energy",
        "-energy -name:nobody object:lead",
    ]

    @Test func `no record is read where the index knows the answer`() async throws {
        try await run { fixture, store in
            try await fill(fixture, 6000)
            while try await !store.indexWords(leaving: 1).isWhole {}
            for text in Self.indexedSearches {
                for limits in Self.standards {
                    var filter = try filter(text)
                    filter.instanceIDs = [fixture.instance.id]
                    let run = try await statements(PageRequest(limit: 50, filter: filter), store, limits)
                    let asked = run.filter { $0.contains("words MATCH") }
                    // A beginning that many words may have is looked for in the newest events first.
                    let looks = run.filter { $0.contains("payload") }
                    let isDear = text.hasSuffix("*") && limits.pages == 0
                    #expect(isDear ? (1...5).contains(looks.count) : looks.isEmpty, "\(text): \(looks)")
                    #expect(asked.count <= 4 && (!asked.isEmpty || isDear), "\(text): \(run)")
                    let isEstimated = run.contains { $0.contains(Self.estimates) }
                    #expect(isEstimated == (text.hasSuffix("*") && !isDear), "\(text): \(run)")
                }
            }
        }
    }

    @Test func `how many pages words span is said by the index, and missed by nobody where it isn't`() async throws {
        try await run { fixture, store in
            let word = { WordQuery.Word(text: $0, isBegun: $1) }
            let asked = [
                word("0", true), word("00100", true), word("company", false), word("compan", true), word("zzz", true),
            ]
            let before = try await store.look { db in
                try asked.map { try SQLiteEventIndex(db: db).wordPages($0) }
            }
            #expect(before.allSatisfy { $0 == nil })
            try await fill(fixture, 6000)
            while try await !store.indexWords(leaving: 1).isWhole {}
            let pages = try await store.look { db in
                try asked.map { try SQLiteEventIndex(db: db).wordPages($0) ?? -1 }
            }
            // Ids are many words; one of all events is long.
            #expect(pages[0] > 4 && pages[0] >= pages[1] && pages[1] > 0, "\(pages)")
            #expect(pages[2] > 0 && pages[3] >= pages[2] && pages[4] == 0, "\(pages)")
            // No such table.
            let missing = try await DatabaseQueue().read { try SQLiteEventIndex(db: $0).wordPages(asked[0]) }
            #expect(missing == nil)
        }
    }

    /// Which of the first 1,500 events are dead, what is asked, and whether records are read for it.
    private static let meetings: [(dead: [Int64], text: String, looks: Bool)] = [
        // A word that no event bears, and one that is rare: the word decides.
        (Array(1...1500), "nobody state:dead", false), (Array(1...1500), "name:\"company 3\" state:dead", false),
        // Few are dead: these are looked at.
        (Array(1...100), "company state:dead", true),
        // Many are, and all of them bear the word: the newest are enough.
        (Array(1...1500), "company state:dead", true),
        // A frequent word and a frequent state that never meet: nothing but numbers is read after the first look.
        (stride(from: 1, to: 1500, by: 2).map { $0 }, "trade state:dead", true),
        (stride(from: 1, to: 1500, by: 2).map { $0 }, "-energy state:dead", true),
    ]

    @Test func `words and a state meet without a look at many records`() async throws {
        for (dead, text, looks) in Self.meetings {
            try await run { fixture, store in
                try await fill(fixture, 3000)
                while try await !store.indexWords(leaving: 1).isWhole {}
                for id in dead { try await fixture.attempt(id, .dead) }
                let page = PageRequest(limit: 50, filter: try filter(text))
                let wanted = try await store.look { db in
                    try EventScan.page(page, SQLiteEventIndex(db: db, wordLimits: .none))
                }
                #expect(wanted.isEmpty == (text != "company state:dead" && !text.contains("3")), "\(text)")
                let low = WordPlan.Limits(few: 2000, fewest: 128, firstLook: 100)
                for limits in [low, low.withoutPages] {
                    let run = try await statements(page, store, limits)
                    let asked = run.filter { $0.contains("words MATCH") }
                    let records = run.filter { $0.contains("payload") }
                    #expect(!asked.isEmpty, "\(text): \(run)")
                    // Words that span few pages meet at once; where none is wanted, all events are gone through.
                    let isCheap = limits == low && !text.hasPrefix("-")
                    let allowed = looks && !isCheap ? 1...3 : 0...0
                    #expect(allowed.contains(records.count), "\(text): \(records)")
                    if looks, isCheap { #expect(run.contains { $0.contains(Self.meets) }, "\(text): \(run)") }
                    let found = try await store.look { db in
                        try EventScan.page(page, SQLiteEventIndex(db: db, wordLimits: limits))
                    }
                    #expect(found == wanted, "\(text)")
                }
            }
        }
    }

    @Test func `an older database gains its index in steps, says how far it is, and goes on after a crash`()
        async throws
    {
        try await run { fixture, store in
            try await fill(fixture, 6000)
            try await begin(at: 6001, store)
            var search = try filter("name:\"company 7\" | 4321")
            let wanted: [Int64] = [4322, 8]
            #expect(try await store.counts(search).indexPercent == 0)
            var states: [WordIndexState] = []
            for _ in 0..<12 {
                states.append(try await store.indexWords(leaving: WordIndexState.trail, atMost: 128))
                #expect(try await store.events(PageRequest(filter: search)).map(\.sequence) == wanted)
            }
            // The newest first, at most so many at once.
            #expect(states.prefix(3).map(\.indexed) == [5873...6000, 5745...6000, 5617...6000])
            #expect(try await store.counts(search).indexPercent == states.last?.percent)
            #expect(states.last?.percent == 25)
            try await StoreKind.sqlite.afterCrash(of: fixture) { revived in
                let revived = try #require(revived as? SQLiteStore)
                let next = try await revived.indexWords(leaving: WordIndexState.trail, atMost: 128)
                #expect(next.indexed == 4337...6000 && next.percent == 27)
                while try await !revived.indexWords().isUpToDate {}
                search.states = [.queued]
                #expect(try await revived.events(PageRequest(filter: search)).map(\.sequence) == wanted)
                #expect(try await revived.counts(search).indexPercent == nil)
            }
        }
    }

    @Test func `new events come before old ones, and few wait for others`() async throws {
        try await run { fixture, store in
            try await fill(fixture, 1000)
            try await begin(at: 401, store)
            // Until fewer than the trail are left.
            func index() async throws -> WordIndexState {
                try await store.indexWords(leaving: WordIndexState.trail, atMost: 128)
            }
            for last in [528, 656, 784] as [Int64] { #expect(try await index().indexed == 401...last) }
            for first in [273, 145, 17] as [Int64] { #expect(try await index().indexed == first...784) }
            // They wait.
            #expect(try await store.indexWords().indexed == 17...784)
            #expect(try await store.indexWords().isUpToDate)
        }
    }

    @Test func `a step ends with its bytes where records are large`() async throws {
        try await run { fixture, store in
            let large = JSON.string(String(repeating: "large ", count: 20_000)).text
            let rows = (1...20).map { Observation.row($0, at: 2000, extra: [.init(name: "Text__c", raw: large)]) }
            _ = try await store.append(fixture.batch(rows))
            let state = try await store.indexWords(leaving: 1)
            #expect(state.indexed == 1...9)
        }
    }

    @Test func `words of removed events can be taken out of the index again, and their room with them`() async throws {
        try await run { fixture, store in
            try await fill(fixture, 2000)
            while try await !store.indexWords(leaving: 1).isWhole {}
            @Sendable func pages(_ db: Database) throws -> Int {
                try db.execute(sql: "INSERT INTO words (words) VALUES ('optimize')")
                return try Int.fetchOne(db, sql: "SELECT count(*) FROM words_data") ?? 0
            }
            let rows = try await store.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT e.sequence, e.instance, e.object, e.change, e.record_name, p.record
                        FROM event e JOIN payload p ON p.sequence = e.sequence WHERE e.sequence <= 1500
                        """
                ).map { row in
                    let words = IndexedWords(
                        instance: row[1],
                        object: row[2],
                        change: Change(code: row[3]),
                        name: row[4],
                        record: row[5]
                    )
                    return (row[0] as Int64, words)
                }
            }
            let (before, after) = try await store.words.write { db in
                let before = try pages(db)
                for (sequence, words) in rows {
                    try db.execute(
                        sql: "INSERT INTO words (words, rowid, name, value, kind) VALUES ('delete', ?, ?, ?, ?)",
                        arguments: [sequence, words.name, words.values, words.kind]
                    )
                }
                // A word that is left behind would have rows, and an index that is not whole would say so.
                try db.execute(sql: "INSERT INTO words (words) VALUES ('integrity-check')")
                return (before, try pages(db))
            }
            #expect(after * 2 < before, "\(before) rows of data became \(after)")
            for (query, wanted) in [
                ("company", Array(1501...2000 as ClosedRange<Int64>)), ("\"company 7\"", []),
                ("\"company 1700\"", [1701]),
            ] {
                let found = try await store.look { db in
                    try Int64.fetchAll(
                        db,
                        sql: "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid",
                        arguments: [query]
                    )
                }
                #expect(found == wanted, "\(query)")
            }
        }
    }

    @Test func `two that index at once add nothing twice`() async throws {
        try await run { fixture, store in
            try await fill(fixture, 2000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { while try await !store.indexWords(leaving: 1, atMost: 100).isWhole {} }
                }
                try await group.waitForAll()
            }
            let found = try await store.look { db in
                try Int64.fetchAll(db, sql: "SELECT rowid FROM words WHERE words MATCH 'company' ORDER BY rowid")
            }
            #expect(found == Array(1...2000))
        }
    }
}

/// Counts what is traced.
private final class Counter: Sendable {
    private let count = Locked(0)

    var number: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}

extension WordPlan.Limits {
    /// The same with a look wherever many words may be read.
    fileprivate var withoutPages: Self {
        var limits = self
        limits.pages = 0
        return limits
    }
}

extension WordIndexState {
    fileprivate var isWhole: Bool { rest == 0 }
}
