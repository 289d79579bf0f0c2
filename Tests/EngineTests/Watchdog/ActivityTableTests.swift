import Domain
import EngineAPI
import Primitives
import Testing

@testable import Engine

/// What is overdue, by how much, and when to look next.
struct ActivityTableTests {
    private static let start = Timestamp(seconds: 1_795_000_000)

    private static func at(_ seconds: Int64) -> Timestamp { start.advanced(bySeconds: seconds) }

    private static func doing(_ words: String, by seconds: Int64?) -> ActivityTable.Expectation {
        .init(doing: words, due: seconds.map(at))
    }

    /// Looks whenever the table asks for it, up to a moment, and tells what was found when.
    private static func looks(_ table: inout ActivityTable, until end: Int64) -> [(second: Int64, found: [Int])] {
        var found: [(Int64, [Int])] = []
        while let next = table.nextLook, next <= at(end) {
            let ids = table.look(at: next)
            if !ids.isEmpty { found.append((next.since(start) / 1000, ids)) }
        }
        return found
    }

    @Test func `what waits for nothing is never looked at`() {
        var table = ActivityTable()
        let id = table.add(.dispatcher, of: nil)
        #expect(table.nextLook == nil)
        _ = table.moved(id, Self.doing("reading", by: 10))
        #expect(table.nextLook == Self.at(70))
        _ = table.moved(id, .nothing)
        let found = table.look(at: .distantFuture)
        #expect(table.nextLook == nil && found.isEmpty)
    }

    @Test(arguments: [0, 1, 300, 86_400] as [Int64])
    func `what has not moved a minute and a second look after its moment is overdue once`(due: Int64) {
        var table = ActivityTable()
        let id = table.add(.poller, of: 7)
        _ = table.moved(id, Self.doing("waiting for its next poll", by: due))
        let found = Self.looks(&table, until: due + 1_000_000)
        #expect(found.map(\.second) == [due + 65] && found.first?.found == [id])
        #expect(table.nextLook == nil, "nothing more is to be seen")
        let standing = table.standing(of: id, at: Self.at(due + 245))
        #expect(
            standing?.sentence == "The poller of instance 7 is overdue by 245 s: waiting for its next poll."
        )
    }

    @Test(arguments: [0, 59, 60, 64] as [Int64])
    func `what moves before the second look is in time`(late: Int64) {
        var table = ActivityTable()
        let id = table.add(.poller, of: 7)
        _ = table.moved(id, Self.doing("waiting for its next poll", by: 100))
        #expect(Self.looks(&table, until: 100 + late).isEmpty)
        let was = table.moved(id, Self.doing("reading on", by: 400))
        #expect(!was)
        #expect(Self.looks(&table, until: 464).isEmpty)
        #expect(table.standings(at: Self.at(464)).allSatisfy { !$0.isOverdue && $0.overdueSeconds == 0 })
    }

    @Test func `after a sleep of the machine everything gets its second look`() {
        var table = ActivityTable()
        let ids = (1...5).map { table.add(.poller, of: $0) }
        for id in ids { _ = table.moved(id, Self.doing("waiting for its next poll", by: 300)) }
        let first = table.look(at: Self.at(90_000))
        #expect(first.isEmpty)
        for id in ids.dropLast() { table.waits(id, Self.doing("beginning a poll", by: 91_000)) }
        let second = table.look(at: Self.at(90_005))
        #expect(second == ids.suffix(1))
    }

    @Test func `another wait is no sign of life, and the first hanging place stays named`() {
        var table = ActivityTable()
        let id = table.add(.poller, of: 7)
        table.waits(id, Self.doing("waiting for GET a", by: 0))
        #expect(Self.looks(&table, until: 100).map(\.found) == [[id]])
        table.waits(id, Self.doing("beginning a poll", by: 200))
        #expect(Self.looks(&table, until: 10_000).isEmpty, "it begins anew once")
        #expect(table.standing(of: id, at: Self.at(10_000))?.doing == "waiting for GET a")
        #expect(table.standing(of: id, at: Self.at(10_000))?.overdueSeconds == 10_000)
        let was = table.moved(id, Self.doing("reading on", by: 10_100))
        #expect(was, "it says so when it moves again")
        #expect(Self.looks(&table, until: 11_000).map(\.found) == [[id]], "and is seen anew")
    }

    @Test func `what ends is overdue no more`() {
        var table = ActivityTable()
        let id = table.add(.tokenRenewal, of: 7)
        table.waits(id, Self.doing("waiting for the token endpoint of a.example", by: 0))
        _ = Self.looks(&table, until: 100)
        #expect(table.hasOverdue)
        let was = table.remove(id)
        #expect(was)
        #expect(!table.hasOverdue && table.standings(at: Self.at(100)).isEmpty && table.nextLook == nil)
        let isBack = table.moved(id, Self.doing("late", by: 0))
        #expect(!isBack && table.nextLook == nil, "what has ended stays so")
    }

    /// Any order of movements and looks: overdue is exactly what was left alone for so long.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `the table agrees with a plain account of every movement`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var table = ActivityTable()
        let ids = (0..<4).map { table.add(.poller, of: InstanceID($0)) }
        var due: [Int: Int64] = [:]
        var overdue: Set<Int> = []
        var now: Int64 = 0
        for _ in 0..<200 {
            let end = now + Int64.random(in: 0...80, using: &dice)
            while let next = table.nextLook, next <= Self.at(end) {
                let second = next.since(Self.start) / 1000
                for id in table.look(at: next) {
                    #expect(!overdue.contains(id))
                    #expect(due[id].map { $0 + 65 <= second } == true, "seed \(seed)")
                    overdue.insert(id)
                }
            }
            for id in ids where due[id].map({ $0 + 65 <= end }) == true {
                #expect(overdue.contains(id), "seed \(seed)")
            }
            now = end
            let id = ids[Int.random(in: 0..<ids.count, using: &dice)]
            let next = Bool.random(using: &dice) ? now + Int64.random(in: 0...200, using: &dice) : nil
            if Bool.random(using: &dice) {
                let was = table.moved(id, Self.doing("a", by: next))
                #expect(was == overdue.contains(id), "seed \(seed)")
                overdue.remove(id)
                due[id] = next
            } else {
                table.waits(id, Self.doing("b", by: next))
                if !overdue.contains(id) { due[id] = next }
            }
            #expect(Set(ids.filter(table.isOverdue)) == overdue, "seed \(seed)")
            #expect(table.hasOverdue == !overdue.isEmpty, "seed \(seed)")
        }
    }
}
