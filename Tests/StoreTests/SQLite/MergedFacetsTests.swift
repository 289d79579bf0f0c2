import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// Several facets that one statement reads are what their own streams give, merged.
struct MergedFacetsTests {
    /// Events of two instances and three objects, created, updated and deleted, in each state, and some replayed.
    private func fill(_ fixture: Fixture, _ random: inout SeededGenerator) async throws {
        let second = try await fixture.store.createInstance { .sample($0) }
        for round in 0..<40 {
            let rows = (0..<Int.random(in: 1...12, using: &random)).map { index in
                Observation.row(
                    Int.random(in: 1...30, using: &random),
                    object: ["Account", "Lead", "Invoice__c"].randomElement(using: &random) ?? "Account",
                    at: 2000 + Int64(round),
                    name: "\(round) \(index)",
                    isDeleted: Int.random(in: 0..<5, using: &random) == 0
                )
            }
            var batch = fixture.batch(rows, receivedAt: 5000 + Int64(round), hasCallback: round % 5 != 0)
            if round % 3 == 0 { batch.instanceID = second.id }
            for id in try await fixture.store.append(batch).ready {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: try await fixture.attempt(id, .delivered)
                case 1: try await fixture.attempt(id, .dead, status: 500)
                case 2: try await fixture.attempt(id, .retrying, status: 500, next: 9000)
                default: break
                }
                if Int.random(in: 0..<4, using: &random) == 0 {
                    let status = Bool.random(using: &random) ? 200 : 500
                    try await fixture.attempt(id, .delivered, status: status, isReplay: true)
                }
            }
        }
    }

    /// Some facets of a store, and now and then more of which there are no events.
    private func chosen(_ known: [Facet], _ random: inout SeededGenerator) -> [Facet] {
        let count = Int.random(in: 1...known.count, using: &random)
        var facets = Array(known.shuffled(using: &random).prefix(count))
        guard Bool.random(using: &random), var none = facets.first else { return facets }
        for number in 0..<Int.random(in: 1...40, using: &random) {
            none.object = 1000 + Int64(number)
            facets.append(none)
        }
        return facets
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `they are found in either direction, within any range, each once`(seed: UInt64) async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            var random = SeededGenerator(seed: seed)
            try await fill(fixture, &random)
            let facets = try await store.look { try SQLiteEventIndex(db: $0).facets() }
            let kinds = [facets.all.map(\.facet), facets.replayed.map(\.facet)]
            #expect(kinds[0].count > 16 && kinds[1].count > 4)
            let last = Int64(facets.all.reduce(0) { $0 + $1.events })
            for round in 0..<120 {
                let wanted = chosen(kinds[round % 2], &random)
                let low = Int64.random(in: 0...last, using: &random)
                let range = round % 5 == 0 ? 0...Int64.max : low...Int64.random(in: low...(last + 5), using: &random)
                let direction: PageRequest.Direction = Bool.random(using: &random) ? .newestFirst : .oldestFirst
                let limit = Int.random(in: 1...60, using: &random)
                let (separate, merged, paged) = try await store.look { db in
                    let index = SQLiteEventIndex(db: db)
                    var separate: [Int64] = []
                    for facet in wanted {
                        separate += try index.sequences(.facet(facet), in: range, direction, limit: .max)
                    }
                    return (
                        direction == .newestFirst ? separate.sorted(by: >) : separate.sorted(),
                        try index.sequences(of: wanted, in: range, direction, limit: limit),
                        try pages(wanted, range, direction, limit, index)
                    )
                }
                let note: Comment = "seed \(seed), round \(round): \(wanted.count) in \(range)"
                let first: [Int64]? = wanted.count > 32 ? nil : Array(separate.prefix(limit))
                #expect(merged == first, note)
                #expect(paged == separate, note)
            }
        }
    }

    /// All of them, so many at a time, as a page after the other.
    private func pages(
        _ facets: [Facet],
        _ range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        _ count: Int,
        _ index: SQLiteEventIndex
    ) throws -> [Int64] {
        var streams = EventStreams(facets.map { .facet($0) }, direction: direction)
        var (found, rest): ([Int64], ClosedRange<Int64>) = ([], range)
        while case let next = try streams.next(count, in: rest, index), let last = next.last {
            found += next
            switch direction {
            case .newestFirst where last > rest.lowerBound: rest = rest.lowerBound...(last - 1)
            case .oldestFirst where last < rest.upperBound: rest = (last + 1)...rest.upperBound
            default: return found
            }
        }
        return found
    }

    @Test func `facets of two indexes are not read as one`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            try await fixture.append(.row(1, at: 2000))
            let facet = Facet(instance: fixture.instance.id, object: 1, change: .created, state: .dead)
            var replayed = facet
            replayed.replay = .failed
            let mixed = [facet, replayed]
            let found = try await store.look { db in
                try SQLiteEventIndex(db: db).sequences(of: mixed, in: 0...9, .newestFirst, limit: 5)
            }
            #expect(found == nil)
        }
    }

    @Test(arguments: [
        "object:Lead", "state:dead,delivered", "-object:Account change:updated", "replay:failed,succeeded",
    ])
    func `a page of a filter by facets runs one statement for them all`(text: String) async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            var random = SeededGenerator(seed: 5)
            try await fill(fixture, &random)
            var filter = try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
            filter.instanceIDs = [fixture.instance.id]
            let page = PageRequest(limit: 20, filter: filter)
            let (found, run) = try await store.look { db in
                let seen = Locked<[String]>([])
                db.trace { event in seen.withLock { $0.append(event.expandedDescription) } }
                let found = try EventScan.page(page, SQLiteEventIndex(db: db))
                db.trace(nil)
                return (found, seen.withLock { $0 })
            }
            #expect(!found.isEmpty)
            let read = run.filter { $0.contains("INDEXED BY") }
            #expect(read.count == 1 && read.allSatisfy { $0.contains("UNION ALL") }, "\(run)")
        }
    }
}
