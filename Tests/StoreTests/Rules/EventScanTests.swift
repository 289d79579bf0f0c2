import Domain
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Store

/// Pages over an index in memory; the contract's tests do the same with a store's own.
struct EventScanTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `pages find exactly what a look at all events finds, in order, each once`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let index = MemoryIndex(random: &random)
        for round in 0..<8 {
            let filter = MemoryIndex.filter(&random)
            try expectPages(index, filter, &random, "seed \(seed), round \(round)")
            try expectSame(index, filter, "seed \(seed), round \(round)")
            try expectCounts(index, filter, "seed \(seed), round \(round)")
        }
    }

    @Test func `words are found in every way there is`() throws {
        var (meetings, gatherings, cheap, dear) = (0, 0, 0, 0)
        for seed in 101...200 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let index = MemoryIndex(random: &random)
            for round in 0..<6 {
                var filter = EventFilter()
                MemoryIndex.searchWords(&filter, &random)
                try expectPages(index, filter, &random, "seed \(seed), round \(round)")
                try expectCounts(index, filter, "seed \(seed), round \(round)")
            }
            meetings += index.asked.meetings.load(ordering: .relaxed)
            gatherings += index.asked.gatherings.load(ordering: .relaxed)
            cheap += index.asked.cheap.load(ordering: .relaxed)
            dear += index.asked.dear.load(ordering: .relaxed)
        }
        #expect(meetings > 20 && gatherings > 20, "\(meetings) meetings, \(gatherings) gatherings")
        #expect(cheap > 20 && dear > 20, "\(cheap) cheap words, \(dear) dear ones")
    }

    private func expectPages(
        _ index: MemoryIndex,
        _ filter: EventFilter,
        _ random: inout SeededGenerator,
        _ round: String
    ) throws {
        for direction in [PageRequest.Direction.newestFirst, .oldestFirst] {
            var wanted = index.events.filter { $0.passes(filter) }.map(\.sequence)
            if direction == .newestFirst { wanted.reverse() }
            var found: [Int64] = []
            var page = PageRequest(
                direction: direction,
                limit: Int.random(in: 1...9, using: &random),
                filter: filter
            )
            while case let next = try EventScan.page(page, index), !next.isEmpty, found.count <= wanted.count {
                #expect(next.count <= page.limit)
                found += next
                page.after = next.last
            }
            #expect(found == wanted, "\(round): \(filter)")
        }
    }

    private func expectCounts(_ index: MemoryIndex, _ filter: EventFilter, _ round: String) throws {
        let counts = try EventCounts.of(filter, index)
        let wanted = index.events.filter { $0.passes(filter) }
        #expect(counts.total == Int64(wanted.count), "\(round): \(filter)")
        for state in DeliveryState.allCases {
            let number = wanted.count { $0.shown(filter) == state }
            #expect(counts.byState[state] ?? 0 == Int64(number), "\(round), \(state)")
        }
    }

    /// Searches that are broken off after each step find the same, and say how far they came.
    private func expectSame(_ index: MemoryIndex, _ filter: EventFilter, _ round: String) throws {
        for direction in [PageRequest.Direction.newestFirst, .oldestFirst] {
            let wanted = index.events.filter { $0.passes(filter) }.map(\.sequence)
            var found: [Int64] = []
            var page = PageRequest(direction: direction, limit: 5, filter: filter)
            for _ in 0..<500 {
                let (more, reach) = try EventScan.search(page, index) { true }
                found += more
                if let reach {
                    #expect(more.count < page.limit && reach.newest == index.events.last?.sequence ?? 0)
                    if let last = more.last {
                        #expect(direction == .newestFirst ? reach.sequence <= last : reach.sequence >= last, "\(round)")
                    }
                } else if more.count < page.limit {
                    break
                }
                page.after = reach?.sequence ?? more.last
            }
            #expect(found == (direction == .newestFirst ? wanted.reversed() : wanted), "\(round): \(filter)")
        }
    }

    private static let looks:
        [(name: String, make: @Sendable (inout EventFilter) -> Void, paging: Bool, counting: Bool)] = [
            ("nothing", { _ in }, false, false), ("a state", { $0.states = [.dead] }, false, false),
            ("words", { $0.expression = EventFilter.words("acme") }, true, true),
            ("no words", { $0.expression = EventFilter.words(" - ") }, false, false),
            ("a text of facets", { $0.expression = text("state:dead object:Case -replay:failed") }, true, false),
            ("a text of states", { $0.expression = text("state:dead object:Case instance:1") }, false, false),
            ("a text of time", { $0.expression = text("since:1h state:dead") }, false, true),
            ("a text that is either", { $0.expression = text("state:dead | object:Case") }, true, false),
            ("a record", { $0.recordID = "001" }, false, true), ("a time", { $0.from = .distantPast }, false, true),
            ("a replay left out", { $0.excludedReplays = [.failed] }, true, false),
            ("either a state or words", { $0.expression = text("state:dead | acme") }, true, true),
        ]

    private static func text(_ text: String) -> EventExpression {
        (try? EventExpression(parsing: text, now: Timestamp(seconds: 9000))) ?? .everything
    }

    @Test func `what must hold in any case becomes a member, and nothing else does`() throws {
        let filter = try EventFilter(
            parsing: "object:Case state:dead since:1h since:30m until:10m id:003000000000001 instance:7 "
                + "-replay:failed status:5xx (a | change:created) object:Lead instance:x",
            now: Timestamp(seconds: 9000)
        )
        #expect(filter == filter.normalized() && filter.instanceIDs.isEmpty)
        let lifted = filter.indexed()
        #expect(lifted.objects == ["Case"] && lifted.states == [.dead] && lifted.instanceIDs == [7])
        #expect(lifted.from == Timestamp(seconds: 7200) && lifted.to == Timestamp(seconds: 8400))
        #expect(lifted.recordID == "003000000000001AAA" && lifted.excludedReplays == [.failed])
        #expect(lifted.expression.description == "status:5xx ( a | change:created ) object:Lead instance:x")
    }

    @Test func `what has to look at events one by one`() {
        for (name, make, paging, counting) in Self.looks {
            var filter = EventFilter()
            make(&filter)
            #expect(filter.looksAtEvents(counting: false) == paging, "\(name)")
            #expect(filter.looksAtEvents(counting: true) == counting, "\(name)")
        }
    }

    @Test func `what an index has answered is not asked again`() {
        var filter = EventFilter()
        filter.instanceIDs = [1]
        filter.states = [.held]
        filter.heldInstances = [1]
        filter.recordID = "001"
        #expect(ResidualFilter(EventFilter(), byFacets: false) == nil)
        #expect(ResidualFilter(filter, byFacets: true) == nil)
        let rest = ResidualFilter(filter, byFacets: false)?.filter
        #expect(rest?.instanceIDs == [1] && rest?.states == [.held] && rest?.heldInstances == [1])
        #expect(rest?.recordID == nil)
        filter.expression = EventFilter.words("acme")
        filter.excludedReplays = [.failed]
        let looked = ResidualFilter(filter, byFacets: true)?.filter
        #expect(
            looked?.expression == EventFilter.words("acme") && looked?.excludedReplays == [.failed]
                && looked?.instanceIDs == []
        )
    }

    @Test func `deliveries come newest first, each once, and held ones read as held`() throws {
        var random = SeededGenerator(seed: 3)
        let index = MemoryIndex(random: &random)
        var filter = EventFilter()
        filter.heldInstances = [1]
        var asked: [[Int64]] = []
        let found = try EventScan.deliveries(filter, before: 40, limit: 7, index) { sequences in
            asked.append(sequences)
            // Only every third sequence begins a notification.
            return sequences.filter { $0 % 3 == 1 }
                .map {
                    Delivery(
                        notificationID: $0,
                        instanceID: 1,
                        state: .queued,
                        attempts: 0,
                        nextAttempt: nil,
                        createdAt: .distantPast
                    )
                }
        }
        #expect(found.map(\.notificationID) == [37, 34, 31, 28, 25, 22, 19])
        #expect(found.allSatisfy { $0.state == .held })
        #expect(asked.allSatisfy { $0.count <= 7 })
        #expect(try EventScan.deliveries(filter, before: nil, limit: 0, index) { _ in [] }.isEmpty)
    }
}
