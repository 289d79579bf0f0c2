import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Cursors that are ahead of an org that says nothing of how far it is: no object of the poll has a log of deletions.
struct UnvouchedTests {
    private static func org() async throws -> (org: InProcessOrg, known: [String]) {
        let org = InProcessOrg.empty { $0.unreplicated = ["Account"] }
        let known = try await org.org.seed("Account", count: 30)
        return (org, known)
    }

    /// How far ahead, the overlap, and whether it is known when a row was last read in its time.
    private static let states: [(Int, Int, Bool)] = [(200, 60), (7200, 60), (7200, 900), (80_000, 900)].flatMap {
        [($0.0, $0.1, true), ($0.0, $0.1, false)]
    }

    /// As versions left it that went by stamps and clocks alone.
    @Test(arguments: states)
    func `A stored cursor in the future heals, and what it hid is told once`(
        ahead: Int,
        overlap: Int,
        hasAnchor: Bool
    ) async throws {
        let (org, known) = try await Self.org()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        _ = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        let lied = await org.now
        await ledger.edit("Account") { record in
            let future = lied.advanced(bySeconds: Int64(ahead))
            var resume = ResumeState(parsing: record.resume)
            resume.anchor =
                hasAnchor ? OrgAnchor(stamp: future, seenAt: PollClocks(server: lied, here: lied)) : nil
            record.cursor = future
            record.resume = resume.text
        }
        await org.advance(seconds: 60)
        let hidden = try await org.org.create("Account", ["Name": "hidden"])
        try await org.org.change("Account", known[3], ["Name": "changed"])
        // What a stopwatch carries on stays ahead; else the cursor would be in the past by then.
        await org.advance(seconds: hasAnchor ? 3600 : 60)
        let report = try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        #expect(report.problems["Account"]?.contains("read again") == true)
        let now = await org.now
        let cursor = try #require(await ledger.records["Account"]?.cursor)
        #expect(cursor <= now)
        let (told, expected) = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        let all = expected + ["CREATED \(hidden)", "UPDATED \(known[3])"]
        #expect(told.sorted() == all.sorted())
        #expect(await ledger.records["Account"]?.problem == nil)
        let later = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        #expect(later.told == later.expected)
        let idle = try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        #expect(idle.apiCalls <= 2 && idle.problems == [:])
    }

    /// This machine's clock is set and stays, and the date of one poll's answers is ahead just then.
    @Test func `What a clock passed over is told, however long after that the next poll comes`() async throws {
        let (org, known) = try await Self.org()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        _ = try await org.work(ledger, session, rounds: 3)
        org.machine.jump(seconds: 3_456_000)
        await org.org.configure { $0.dateOffset = 3 * 3600 }
        await org.advance(seconds: 60)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.org.configure { $0.dateOffset = 0 }
        await org.advance(seconds: 1800)
        let hidden = try await org.org.create("Account", ["Name": "hidden"])
        try await org.org.change("Account", known[3], ["Name": "changed"])
        await org.advance(seconds: 5400)
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(report.problems["Account"]?.contains("read again") == true)
        let (told, expected) = try await org.work(ledger, session, rounds: 3)
        let all = expected + ["CREATED \(hidden)", "UPDATED \(known[3])"]
        #expect(told.sorted() == all.sorted())
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    /// Where both clocks are hours behind, stamps are ahead of them all the time.
    @Test func `An org that is ahead of all clocks is no cursor that is ahead`() async throws {
        let (org, _) = try await Self.org()
        org.machine.jump(seconds: -7 * 3600)
        await org.org.configure { $0.dateOffset = -7 * 3600 }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        var problems = 0
        for _ in 0..<20 {
            let (told, expected) = try await org.work(ledger, session, rounds: 1)
            #expect(told == expected)
            if await ledger.records["Account"]?.problem != nil { problems += 1 }
            await org.advance(seconds: 1800)
        }
        #expect(problems <= 1, "it is looked into once")
    }

    /// An object without a log of deletions whose records are written every few hours.
    @Test func `A quiet object goes back nowhere`() async throws {
        let (org, _) = try await Self.org()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        for hours in [1, 3, 9, 2, 30, 1] {
            for _ in 0..<hours * 2 {
                await org.advance(seconds: 1800)
                let idle = try await session.poll(ledger.request(["Account"]), into: ledger)
                #expect(idle.problems == [:])
            }
            let (told, expected) = try await org.work(ledger, session, rounds: 1)
            #expect(told == expected)
            #expect(await ledger.records["Account"]?.problem == nil)
        }
    }
}
