import Domain
import Primitives
import Testing

@testable import Salesforce

/// When pages are not followed any further, by themselves and by all that follows pages.
struct PageTrailTests {
    private static let stamp = Timestamp(seconds: 1_795_456_800)

    private static func id(_ number: Int) -> String { "0010000000000\(number < 10 ? "0" : "")\(number)AAA" }

    /// Leads on; its rows are all of one second.
    private static func page(_ numbers: [Int]) throws -> QueryPage {
        let rows = numbers.map { number in
            "{\"Id\":\"\(id(number))\",\"SystemModstamp\":\"\(stamp.isoMilliseconds)\",\"Name\":\"A\"}"
        }
        let text =
            "{\"totalSize\":9,\"done\":false,\"nextRecordsUrl\":\"/services/data/v67.0/query/01g-1\",\"records\":["
            + rows.joined(separator: ",") + "]}"
        return try QueryPage(parsing: Array(text.utf8))
    }

    /// Pages by the numbers of their rows, and which of them is the last that is followed; nil: all are.
    private static let pages: [([[Int]], Int?)] = [
        ([[1, 2], [3, 4], [5, 6]], nil), ([[1], [2], [3]], nil),
        // One page or a few may have lost their rows.
        ([[1, 2], [], [3, 4], [], [5]], nil), ([[1, 2], [], [], [], [3], [], [4]], nil),
        ([[1, 2], [], [], [], []], 5), ([[], [], [], []], 4),
        // The same page, pages in turn, and such as only end or begin as another did.
        ([[1, 2], [1, 2]], 2), ([[1, 2], [3, 4], [1, 2]], 3), ([[1], [2], [3], [2]], 4),
        ([[1, 2], [3, 4], [5, 1]], 3), ([[1, 2], [4, 5, 6], [2, 7]], 3), ([[1, 2], [], [1, 2]], 3),
    ]

    @Test(arguments: pages) func `pages that bring nothing new are not followed`(pages: [[Int]], last: Int?) throws {
        var trail = PageTrail()
        var end: Int?
        for (number, rows) in pages.enumerated() where end == nil {
            trail.accept(try Self.page(rows))
            if !trail.leadsOn { end = number + 1 }
        }
        #expect(end == last)
    }

    @Test(arguments: pages) func `nor where records are looked up`(pages: [[Int]], last: Int?) throws {
        let entries = (1...9).map { DeleteLog.Entry(recordID: Self.id($0), date: Self.stamp) }
        var look = try #require(LookUp(entries))
        var end: Int?
        for (number, rows) in pages.enumerated() where end == nil {
            let page = try Self.page(rows)
            #expect(look.missing(after: page) == nil)
            if look.isEndless { end = number + 1 }
        }
        #expect(end == last)
        // What is asked anew has pages of its own.
        look.beginAnew()
        #expect(!look.isEndless)
    }

    @Test(arguments: pages) func `nor where further fields are read`(pages: [[Int]], last: Int?) throws {
        let joined = Joining(
            try Self.page(Array(1...9)),
            request: .nextPage(path: "/services/data/v67.0/query/01g-9"),
            groups: [["Name"]],
            stamp: "SystemModstamp"
        )
        var join = try #require(joined)
        var end: Int?
        for (number, rows) in pages.enumerated() where end == nil {
            join.accept(try Self.page(rows))
            if join.isEndless { end = number + 1 }
        }
        #expect(end == last)
    }

    /// Each query goes on behind the stamp that the one before came to, in seconds; and the rows of its first page.
    @Test(
        arguments: [
            ([(1, [1, 2]), (1, [3, 4]), (1, [5, 6])], nil), ([(1, [1, 2]), (1, [3, 4]), (1, [1, 2])], 3),
            // What was written since comes once more, with a later stamp.
            ([(1, [1, 2]), (2, [3, 1]), (3, [1])], nil),
            // No row behind a place is before it.
            ([(2, [1, 2]), (1, [3, 4])], 2), ([(1, [1, 2]), (2, [3, 4]), (1, [1, 2])], 3),
            ([(1, [1]), (1, []), (1, []), (1, []), (1, [])], 5),
        ] as [([(Int64, [Int])], Int?)]
    )
    func `queries that go on behind a place have to get further`(queries: [(Int64, [Int])], last: Int?) throws {
        var trail = PageTrail()
        var place: ChangeQuery.Position?
        var end: Int?
        for (number, query) in queries.enumerated() where end == nil {
            let next = ChangeQuery.Position(stamp: Timestamp(seconds: query.0), recordID: Self.id(number))
            trail.accept(try Self.page(query.1), from: place, to: next)
            place = next
            if !trail.leadsOn { end = number + 1 }
        }
        #expect(end == last)
    }

    @Test func `a narrow read is not asked on by an org that does not heed where it is`() throws {
        let window = StampWindow(from: Self.stamp, to: Self.stamp.advanced(bySeconds: 60))
        var read = NarrowRead(window, limit: 2)
        let (one, two) = (try Self.page([1, 2]), try Self.page([3, 4]))
        #expect(read.accept(one, stamp: "SystemModstamp")?.count == 2)
        #expect(read.accept(two, stamp: "SystemModstamp")?.count == 2)
        #expect(read.accept(one, stamp: "SystemModstamp") == nil)
    }
}
