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
