import Domain
import Primitives
import Testing

@testable import Salesforce

struct BacklogValueTests {
    private static func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

    private static func backlog(_ from: Int64?, _ to: Int64, total: Int64? = 100) -> Backlog {
        var backlog = Backlog()
        backlog.add(
            BacklogSpan(from: from.map(moment), to: moment(to), position: nil, deletedFrom: nil, total: total)
        )
        return backlog
    }

    @Test func `It is read in one part until the first rows are here, then in several that leave nothing out`() {
        var backlog = Self.backlog(0, 86_400)
        backlog.spread(over: 3)
        #expect(backlog.parts.count == 1)
        #expect(backlog.progress(of: "Account").total == nil, "nobody has counted yet what it has")
        let position = ChangeQuery.Position(stamp: Self.moment(3600), recordID: "001000000000001AAA")
        backlog.advance(to: .init(from: Self.moment(0), position: position, rows: 10, total: 90), of: 1)
        backlog.spread(over: 3)
        #expect(backlog.total == 90 && backlog.progress(of: "Account").total == 90)
        #expect(backlog.parts.count == 3)
        #expect(backlog.parts[0].position == position)
        #expect(backlog.parts.dropFirst().allSatisfy { $0.position == nil })
        for (part, next) in zip(backlog.parts, backlog.parts.dropFirst()) { #expect(part.to == next.from) }
        #expect(backlog.parts.last?.to == Self.moment(86_400))
        #expect(Set(backlog.parts.map(\.id)).count == 3)
    }

    @Test func `A short span is not parted`() {
        var backlog = Self.backlog(0, 599)
        backlog.advance(to: .init(from: Self.moment(0), rows: 1), of: 1)
        backlog.spread(over: 4)
        #expect(backlog.parts.count == 1)
    }

    @Test func `It is done when each part is, and keeps nothing then`() {
        var backlog = Self.backlog(nil, 86_400)
        backlog.advance(to: .init(from: nil, rows: 1), of: 1)
        backlog.spread(over: 2)
        for part in backlog.parts { backlog.advance(to: .init(from: part.to, rows: 5), of: part.id) }
        #expect(backlog.isDone)
        #expect(backlog.text == nil)
        #expect(backlog.rows == 11)
    }

    @Test func `What the store keeps of it is all of it`() {
        var backlog = Self.backlog(nil, 86_400)
        backlog.advance(
            to: .init(
                from: nil,
                position: .init(stamp: Self.moment(5), recordID: "001000000000001AAA"),
                span: 86_400_000,
                rows: 7,
                total: 70
            ),
            of: 1
        )
        backlog.spread(over: 2)
        backlog.spend(calls: 3, milliseconds: 1500)
        backlog.isPaused = true
        #expect(Backlog(parsing: backlog.text) == backlog)
        #expect(Backlog(parsing: "{\"parts\":[]}") == nil)
        #expect(Backlog(parsing: "no JSON") == nil)
        #expect(Backlog(parsing: nil) == nil)
    }

    @Test func `A span that follows the last one makes it longer`() {
        var backlog = Self.backlog(0, 1000)
        backlog.add(
            BacklogSpan(from: Self.moment(1000), to: Self.moment(9000), position: nil, deletedFrom: nil, total: 20)
        )
        #expect(backlog.parts.count == 1)
        #expect(backlog.end == Self.moment(9000))
        #expect(backlog.total == 120)
        backlog.add(
            BacklogSpan(
                from: Self.moment(9500),
                to: Self.moment(9900),
                position: nil,
                deletedFrom: nil,
                total: nil
            )
        )
        #expect(backlog.parts.count == 2)
    }

    @Test func `Rows of the recycle bin are read from where they are news, and what was read there is read again`() {
        func parts(from: Int64?, position: Int64?, deletedFrom: Int64) -> [[Int64?]] {
            var backlog = Backlog()
            let place = position.map { ChangeQuery.Position(stamp: Self.moment($0), recordID: "001000000000001AAA") }
            backlog.add(
                BacklogSpan(
                    from: from.map(Self.moment),
                    to: Self.moment(9000),
                    position: place,
                    deletedFrom: Self.moment(deletedFrom)
                )
            )
            let start = Self.moment(0)
            return backlog.parts.map { part in
                [part.from, part.position?.stamp, part.to].map { $0.map { $0.since(start) / 1000 } }
                    + [part.includesDeleted ? 1 : 0]
            }
        }
        #expect(parts(from: nil, position: nil, deletedFrom: 9000) == [[nil, nil, 9000, 0]])
        #expect(parts(from: nil, position: 200, deletedFrom: 500) == [[nil, 200, 500, 0], [500, nil, 9000, 1]])
        #expect(parts(from: nil, position: 600, deletedFrom: 500) == [[500, nil, 9000, 1]])
        #expect(parts(from: 700, position: nil, deletedFrom: 500) == [[700, nil, 9000, 1]])
    }

    @Test func `Its progress says how fast it is and how long it takes`() {
        var backlog = Self.backlog(0, 86_400, total: 1000)
        #expect(backlog.progress(of: "Account").secondsLeft == nil)
        backlog.advance(to: .init(from: Self.moment(0), rows: 200, total: 1000), of: 1)
        backlog.spend(calls: 4, milliseconds: 2000)
        let progress = backlog.progress(of: "Account", problem: "The org is busy.")
        #expect(progress.rows == 200 && progress.total == 1000 && progress.calls == 4)
        #expect(progress.rowsPerSecond == 100 && progress.secondsLeft == 8)
        #expect(progress.problem == "The org is busy.")
        backlog.isPaused = true
        #expect(backlog.progress(of: "Account").secondsLeft == nil)
    }
}
