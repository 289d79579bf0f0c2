import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// Who looks for the events without a word passes over runs of events that all bear it, and finds what he would find otherwise.
@Suite(.timeLimit(.minutes(10)))
struct CommonWordsTests {
    private static let step = CommonWords.fewestEvents

    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory), store)
            try await store.close()
        }
    }

    /// What some events are like: in turn a step whose events all are of Acme, one with a few of Blue, and one of Blue.
    private struct Kind {
        let isAcme: Bool
        let isInBerlin: Bool

        init(_ number: Int) {
            let step = (number - 1) / CommonWordsTests.step
            isAcme = step % 3 == 0 || step % 3 == 1 && number % 5 > 0
            isInBerlin = step < 5
        }
    }

    private func append(_ numbers: ClosedRange<Int>, _ fixture: Fixture) async throws {
        let rows = numbers.map { number in
            let kind = Kind(number)
            let city = kind.isInBerlin ? "\"Berlin\"" : "\"York\""
            return Observation.row(
                number,
                at: 2000,
                name: "\(kind.isAcme ? "Acme" : "Blue") company \(number)",
                extra: [.init(name: "BillingCity", raw: city)]
            )
        }
        _ = try await fixture.store.append(fixture.batch(rows, hasCallback: false))
    }

    private func index(_ store: SQLiteStore) async throws {
        while try await store.indexWords(leaving: 1, atMost: Self.step).rest > 0 {}
    }

    private func runs(of word: String, _ store: SQLiteStore) async throws -> [ClosedRange<Int64>] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT first, last FROM common WHERE word = ? ORDER BY first", arguments: [word])
                .map { row in (row[0] as Int64)...(row[1] as Int64) }
        }
    }

    private func filter(_ text: String) throws -> EventFilter {
        try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
    }

    private func limits(run: Int) -> WordPlan.Limits {
        var limits = WordPlan.Limits.standard
        limits.run = Int64(run)
        return limits
    }

    /// All that is found, page by page.
    private func found(
        _ filter: EventFilter,
        _ direction: PageRequest.Direction,
        _ limits: WordPlan.Limits,
        _ store: SQLiteStore
    ) async throws -> [Int64] {
        try await store.look { db in
            let index = SQLiteEventIndex(db: db, wordLimits: limits)
            var found: [Int64] = []
            var page = PageRequest(direction: direction, limit: 7, filter: filter)
            while case let next = try EventScan.page(page, index), !next.isEmpty, found.count < 1000 {
                found += next
                page.after = next.last
            }
            return found
        }
    }

    private func words(_ count: Int, _ record: (Int) -> String) -> [String] {
        let events = (0..<count).map { number in
            IndexedWords(instance: 1, object: 1, change: .created, name: nil, record: record(number))
        }
        return CommonWords(events).words
    }

    @Test func `a word is common that each event of a step bears, byte by byte`() {
        let record = { (number: Int) in #"{"Name":"Acme \#(number)","City":"New York"}"# }
        let lacking = words(Self.step) { $0 == 40 ? #"{"Name":"New Acme"}"# : record($0) }
        let none = words(Self.step) { $0 == 40 ? #"{"Name":null}"# : record($0) }
        // A syllable and its letters, which Swift holds for the same text and FTS5 does not.
        let spellings = ["\u{AC01}", "\u{1100}\u{1161}\u{11A8}"]
        let spelled = words(Self.step) { #"{"Name":"Acme \#(spellings[$0 % 2])"}"# }
        #expect(words(Self.step, record) == ["acme", "new", "york"])
        #expect(words(Self.step - 1, record).isEmpty)
        #expect(lacking == ["acme", "new"] && none.isEmpty && spelled == ["acme"])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `texts share what sets of their words do`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let texts = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                let words = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                    ["a", "bb", "c", "ddd", "e1", "\u{FC}"].randomElement(using: &random) ?? ""
                }
                return words.joined(separator: " ")
            }
            let sets = texts.map { Set($0.split(separator: " ").map(String.init)) }
            let wanted = sets.dropFirst().reduce(sets[0]) { $0.intersection($1) }
            var shared = SharedWords()
            for text in texts where !shared.isOver { shared.add(text) }
            #expect(shared.words == wanted.sorted(), "seed \(seed): \(texts)")
        }
    }

    @Test func `steps that follow each other are one run, in both directions, until the index begins anew`()
        async throws
    {
        try await run { fixture, store in
            try await append(1...400, fixture)
            try await store.words.write { try WordIndexRange(before: 201).write($0) }
            try await index(store)
            // Few events at both ends are no step that counts.
            #expect(try await runs(of: "company", store) == [9...392])
            let settling = WordEdition.Settling.beginAnew(before: 401, edition: 7)
            try await store.words.write { try settling.apply($0) }
            #expect(try await runs(of: "company", store) == [])
        }
    }

    @Test func `the list of a word that all events bear isn't read to find those without it`() async throws {
        try await run { fixture, store in
            try await append(1...(6 * Self.step), fixture)
            try await index(store)
            let request = PageRequest(limit: 50, filter: try filter("-company"))
            for (run, asked) in [(6 * Self.step, 0), (6 * Self.step + 1, 1)] {
                let limits = limits(run: run)
                let seen = Locked<[String]>([])
                let found = try await store.look { db in
                    db.trace { event in seen.withLock { $0.append("\(event)") } }
                    defer { db.trace(nil) }
                    return try EventScan.page(request, SQLiteEventIndex(db: db, wordLimits: limits))
                }
                let matches = seen.withLock { $0.count(where: { $0.contains("words MATCH") }) }
                #expect(found.isEmpty && matches == asked, "a run of \(run): \(matches)")
            }
        }
    }

    private static let searches: [(text: String, finds: @Sendable (Int) -> Bool)] = [
        ("-acme", { !Kind($0).isAcme }), ("-blue", { Kind($0).isAcme }),
        ("-acme object:Account", { !Kind($0).isAcme }),
        ("-acme object:Account change:created,updated", { !Kind($0).isAcme }),
        ("-acme -berlin", { !Kind($0).isAcme && !Kind($0).isInBerlin }),
        ("-acme -name:berlin", { !Kind($0).isAcme }), ("-name:acme", { !Kind($0).isAcme }),
        ("-acme -\"berlin york\"", { !Kind($0).isAcme }), ("-acme -york", { !Kind($0).isAcme && Kind($0).isInBerlin }),
        ("-(acme | berlin)", { !Kind($0).isAcme && !Kind($0).isInBerlin }),
        ("-(acme berlin)", { !Kind($0).isAcme || !Kind($0).isInBerlin }),
        ("berlin -acme", { !Kind($0).isAcme && Kind($0).isInBerlin }), ("-acm*", { !Kind($0).isAcme }),
        ("-\"acme company\"", { !Kind($0).isAcme }), ("-company", { _ in false }),
    ]

    private func expectSearches(of numbers: ClosedRange<Int>, _ store: SQLiteStore, _ place: String) async throws {
        for (text, finds) in Self.searches {
            let wanted = numbers.filter(finds).map { Int64($0) }
            for run in [1, 2 * Self.step, 1_000_000] {
                let asked = try filter(text)
                let up = try await found(asked, .oldestFirst, limits(run: run), store)
                let down = try await found(asked, .newestFirst, limits(run: run), store)
                #expect(up == wanted && down == wanted.reversed(), "\(text), runs of \(run), \(place)")
            }
        }
    }

    @Test func `events without a word are found beside runs of it, also while purged ones are in the index`()
        async throws
    {
        try await run { fixture, store in
            let last = 10 * Self.step
            try await append(1...last, fixture)
            try await index(store)
            #expect(try await runs(of: "acme", store).map(\.count) == [Self.step, Self.step, Self.step, Self.step])
            #expect(try await runs(of: "company", store) == [1...Int64(last)])
            try await expectSearches(of: 1...last, store, "whole")
            let request = PurgeRequest(settled: PurgeBound(through: 100))
            let candidates = try await store.look { try PurgeCandidates(request, after: 0, atMost: 100, $0) }
            try await store.announceRemoval(candidates.all, edition: 7)
            _ = try await store.queue.perform { transaction in
                _ = try transaction.purge(candidates.all)
                try WordEdition.set(7, transaction)
            }
            try await expectSearches(of: 101...last, store, "purged")
            _ = try await store.indexWords()
            try await expectSearches(of: 101...last, store, "settled")
            // What is said of those that are gone goes with the next step.
            try await append((last + 1)...(last + Self.step), fixture)
            try await index(store)
            let left = try await runs(of: "acme", store).map(\.lowerBound)
            #expect(left == [3, 6, 9].map { Int64($0 * Self.step + 1) })
            try await expectSearches(of: 101...(last + Self.step), store, "added to")
        }
    }

    @Test func `a file that knows no common words keeps what it holds, and has those of what it is given`()
        async throws
    {
        let (half, all) = (2 * Self.step, 4 * Self.step)
        try await withScratchDirectory { directory in
            let former = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await former.createInstance { .sample($0) }
            try await append(1...half, Fixture(store: former, instance: instance, directory: directory))
            try await index(former)
            try await former.close()
            let queue = try DatabaseQueue(path: directory + "/words.sqlite")
            try await queue.write { try $0.execute(sql: "DROP TABLE common; PRAGMA user_version = 1") }
            try queue.close()
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let state = try await store.read { try SQLiteEventIndex(db: $0).words() }
            #expect(state.indexed == 1...Int64(half))
            try await append((half + 1)...all, Fixture(store: store, instance: instance, directory: directory))
            try await index(store)
            #expect(try await runs(of: "company", store) == [Int64(half + 1)...Int64(all)])
            try await expectSearches(of: 1...all, store, "added to")
            try await store.close()
        }
    }
}
