import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// No clock but the stamps decides what is read.
struct ClockTests {
    private static let years = 2 * 365 * 86_400

    @Test(arguments: [0, 86_400, -86_400, years, -years, nil])
    func `A wrong or missing date changes nothing`(offset: Int?) async throws {
        let org = InProcessOrg.empty { $0.dateOffset = offset }
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == [])
        var told: [String] = []
        var expected: [String] = []
        for _ in 0..<3 {
            await org.advance(seconds: 3600)
            let id = try await org.org.create("Account", ["Name": "A"])
            try await session.poll(ledger.request(["Account"]), into: ledger)
            await org.advance(seconds: 3600)
            try await org.org.hardDelete("Account", id)
            await org.advance(seconds: 3600)
            try await session.poll(ledger.request(["Account"]), into: ledger)
            expected += ["CREATED \(id)", "DELETED \(id)"]
            told += await ledger.log()
        }
        #expect(told == expected)
    }

    /// By the clock that is furthest behind, and before the overlap: a webhook is believed only about what was surely there.
    @Test(arguments: [0, 86_400, -86_400, years, -years])
    func `When a first run had not begun yet is kept, whichever clock is wrong`(offset: Int) async throws {
        let org = InProcessOrg.empty { $0.dateOffset = offset }
        try await org.org.seed("Account", count: 3)
        await org.advance(seconds: Self.years)
        let ledger = MemoryLedger()
        let start = Timestamp(seconds: Int64(await org.org.now))
        let here = org.machine.now
        for _ in 0..<2 {
            try await org.session().poll(ledger.request(["Account"]), into: ledger)
            await org.advance(seconds: 3600)
        }
        let begun = try #require(ResumeState(parsing: await ledger.records["Account"]?.resume).begun)
        #expect(begun == min(start.advanced(bySeconds: Int64(offset)), here).advanced(bySeconds: -900))
    }

    @Test(arguments: [86_400, -86_400, years])
    func `A date that jumps hides no change`(leap: Int) async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.org.configure { $0.dateOffset = leap }
        await org.advance(seconds: 60)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A"])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["CREATED \(id)"])
    }

    @Test(arguments: [true, false])
    func `A row from the far future hides no change`(isThereBefore: Bool) async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        let session = await org.session()
        if !isThereBefore { try await session.poll(ledger.request(["Account"]), into: ledger) }
        await org.org.advanceClock(seconds: 10 * 365 * 86_400)
        try await org.org.create("Account", ["Name": "later"])
        await org.org.advanceClock(seconds: -10 * 365 * 86_400)
        for _ in 0..<2 {
            try await session.poll(ledger.request(["Account"]), into: ledger)
            await org.advance(seconds: 3600)
        }
        _ = await ledger.takeEvents()
        let id = try await org.org.create("Account", ["Name": "now"])
        for _ in 0..<2 { try await session.poll(ledger.request(["Account"]), into: ledger) }
        #expect(await ledger.log() == ["CREATED \(id)"])
    }

    /// As when the next node's clock is an hour behind that of the one before, and the other way round.
    @Test(arguments: [-3600, 3600, -86_400])
    func `no cursor goes back because another node can prove less`(leap: Int64) async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        var last = Followed()
        var told: [String] = []
        var expected: [String] = []
        for round in 0..<8 {
            org.machine.jump(seconds: round.isMultiple(of: 2) ? leap : -leap)
            try await org.session().poll(ledger.request(["Account"], reconcile: round > 3), into: ledger)
            told += await ledger.log()
            let next = Followed(await ledger.records["Account"])
            #expect(next.isNotBehind(last), "\(round): \(next) after \(last)")
            last = next
            let id = try await org.org.create("Account", ["Name": "A"])
            await org.advance(seconds: 1800)
            try await org.session().poll(ledger.request(["Account"]), into: ledger)
            told += await ledger.log()
            try await org.org.hardDelete("Account", id)
            expected += ["CREATED \(id)", "DELETED \(id)"]
            await org.advance(seconds: 1800)
        }
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        told += await ledger.log()
        #expect(told == expected)
        // It went on all the while.
        let end = try #require(last.deletions)
        #expect(end >= Timestamp(seconds: 1_795_456_800 + 5 * 3600))
    }

    /// The cursor of deletions is ahead of the org from then on, and the log says so.
    @Test(arguments: [3600, 6 * 3600])
    func `deletions are found at once after an org's clock was set back`(seconds: Int) async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        var ids: [String] = []
        for name in ["A", "B", "C"] { ids.append(try await org.org.create("Account", ["Name": .string(name)])) }
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 8 * 3600)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        _ = await ledger.log()
        await org.org.advanceClock(seconds: -seconds)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        let cursor = try #require(await ledger.records["Account"]?.deletedCursor)
        #expect(cursor < Timestamp(seconds: 1_795_456_800 + 60 + Int64(8 * 3600 - seconds)))
        var told: [String] = []
        for id in ids {
            await org.advance(seconds: 120)
            try await org.org.hardDelete("Account", id)
            await org.advance(seconds: 60)
            try await session.poll(ledger.request(["Account"]), into: ledger)
            told += await ledger.log()
        }
        #expect(told == ids.map { "DELETED \($0)" })
    }

    /// How far the rows and each of the logs were followed.
    private struct Followed: CustomStringConvertible {
        var rows: Timestamp?
        var deletions: Timestamp?
        var logs: [Timestamp?] = []

        init(_ record: PollerRecord? = nil) {
            guard let record else { return }
            let resume = ResumeState(parsing: record.resume)
            (rows, deletions) = (record.cursor, record.deletedCursor)
            logs = [resume.logSeen, resume.logCovered, resume.updatedCursor]
        }

        func isNotBehind(_ other: Followed) -> Bool {
            zip([rows, deletions] + logs, [other.rows, other.deletions] + other.logs).allSatisfy { new, old in
                (new ?? .distantPast) >= (old ?? .distantPast)
            }
        }

        var description: String { ([rows, deletions] + logs).map { $0?.iso ?? "-" }.joined(separator: " ") }
    }

    @Test func `A quiet object is not read again and again for its last rows`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        try await org.org.seed("Account", count: 30)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 3600)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(try await session.poll(ledger.request(["Account"]), into: ledger).rowsRead == 0)
    }
}
