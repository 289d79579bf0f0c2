import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Stamps, dates and clocks that are ahead of the org's time, and states that such a one left behind.
struct AheadTests {
    /// How far ahead, the overlap, and whether the org keeps a log of deletions of the object.
    private static let stamps: [(Int, Int, Bool)] = [200, 7200, 40_000].flatMap { ahead in
        [(ahead, 60, true), (ahead, 60, false), (ahead, 900, true), (ahead, 900, false)]
    }

    @Test(arguments: stamps)
    func `A row stamped ahead is told once and hides no other`(ahead: Int, overlap: Int, hasLog: Bool) async throws {
        let org = InProcessOrg.empty { $0.unreplicated = hasLog ? [] : ["Account"] }
        try await org.org.seed("Account", count: 30)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        var (told, expected) = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        await org.org.advanceClock(seconds: ahead)
        let future = try await org.org.create("Account", ["Name": "ahead"])
        expected.append("CREATED \(future)")
        await org.org.advanceClock(seconds: -ahead)
        let later = try await org.work(ledger, session, overlap: overlap, rounds: 12)
        told += later.told
        expected += later.expected
        #expect(told.sorted() == expected.sorted())
        let idle = try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        #expect(idle.apiCalls <= 2)
        let cursor = try #require(await ledger.records["Account"]?.cursor)
        let now = await org.now
        #expect(cursor <= now)
        if hasLog, ahead >= 7200 { #expect(idle.problems["Account"]?.contains("ahead of") == true) }
    }

    @Test(arguments: [200, 7200, 40_000], [60, 900])
    func `One answer that shows a row ahead hides nothing`(ahead: Int, overlap: Int) async throws {
        let org = InProcessOrg.empty()
        let lie = Locked<Stamp?>(nil)
        let proxy = Proxy(org: org) { _, answer in
            guard let stamp = lie.withLock({ $0 }), let changed = Self.showing(stamp, in: answer) else { return answer }
            lie.withLock { $0 = nil }
            return changed
        }
        let one = try await org.org.seed("Account", count: 30)[7]
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        _ = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        await org.advance(seconds: 60)
        try await org.org.change("Account", one, ["Name": "shown ahead"])
        let stamp = await org.org.now + ahead
        lie.withLock { $0 = stamp }
        try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        let untold = lie.withLock { $0 }
        #expect(untold == nil)
        #expect(await ledger.log() == ["UPDATED \(one)"])
        var (told, expected) = try await org.work(ledger, session, overlap: overlap, rounds: 12)
        #expect(told == expected)
        // Nor does it hide what becomes of that record.
        try await org.org.change("Account", one, ["Name": "changed again"])
        (told, expected) = try await org.work(ledger, session, overlap: overlap, rounds: 1)
        #expect(Set(told) == Set(expected + ["UPDATED \(one)"]))
    }

    /// The last row of an answer with another stamp; nil where there is none.
    private static func showing(_ stamp: Stamp, in answer: HTTPAnswer) -> HTTPAnswer? {
        var text = answer.text
        guard let name = text.ranges(of: "\"SystemModstamp\":\"").last else { return nil }
        let end = text[name.upperBound...].firstIndex(of: "\"") ?? text.endIndex
        text.replaceSubrange(name.upperBound..<end, with: StampFormat.dateTime(stamp))
        var changed = answer
        changed.body = Array(text.utf8)
        return changed
    }

    /// Where this machine's clock is at first and then, in seconds, and how far ahead a poll's `Date` is just then.
    @Test(arguments: [(-172_800, 0, 8), (0, 3_456_000, 3), (0, 86_400, 20)] as [(Int, Int, Int)])
    func `A date ahead while this machine's clock is set hides nothing`(first: Int, then: Int, hours: Int)
        async throws
    {
        let org = InProcessOrg.empty()
        org.machine.jump(seconds: Int64(first))
        try await org.org.seed("Account", count: 10)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        _ = try await org.work(ledger, session, rounds: 3)
        org.machine.jump(seconds: Int64(then - first))
        await org.org.configure { $0.dateOffset = hours * 3600 }
        await org.advance(seconds: 60)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.org.configure { $0.dateOffset = 0 }
        let (told, expected) = try await org.work(ledger, session, rounds: 12)
        #expect(told == expected)
        let cursor = try #require(await ledger.records["Account"]?.cursor)
        let now = await org.now
        #expect(cursor <= now)
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    /// As versions left it that went by stamps and clocks alone.
    @Test(arguments: [(200, 60), (7200, 60), (7200, 900), (80_000, 900)])
    func `A stored cursor in the future heals, and what it hid is told`(ahead: Int, overlap: Int) async throws {
        let org = InProcessOrg.empty()
        let known = try await org.org.seed("Account", count: 30)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        _ = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        let lied = await org.now
        await ledger.edit("Account") { record in
            let future = lied.advanced(bySeconds: Int64(ahead))
            var resume = ResumeState(parsing: record.resume)
            resume.proven = nil
            resume.anchor = OrgAnchor(stamp: future, seenAt: PollClocks(server: lied, here: lied))
            resume.logSeen = future
            record.cursor = future
            record.resume = resume.text
        }
        await org.advance(seconds: 600)
        let hidden = try await org.org.create("Account", ["Name": "hidden"])
        try await org.org.change("Account", known[3], ["Name": "changed"])
        try await org.org.hardDelete("Account", known[5])
        await org.advance(seconds: 3600)
        let report = try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        #expect(report.problems["Account"]?.contains("read again") == true)
        let now = await org.now
        let record = try #require(await ledger.records["Account"])
        let cursor = try #require(record.cursor)
        #expect(cursor <= now)
        let anchor = try #require(ResumeState(parsing: record.resume).anchor)
        #expect(anchor.stamp <= now)
        let (told, expected) = try await org.work(ledger, session, overlap: overlap, rounds: 3)
        let all = expected + ["CREATED \(hidden)", "UPDATED \(known[3])", "DELETED \(known[5])"]
        #expect(told.sorted() == all.sorted())
        #expect(await ledger.records["Account"]?.problem == nil)
        let idle = try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
        #expect(idle.apiCalls <= 2)
    }

    @Test(arguments: [-7 * 3600, 5 * 3600])
    func `When a poll was is said by this machine's clock`(leap: Int64) async throws {
        let org = InProcessOrg.empty()
        org.machine.jump(seconds: leap)
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.records["Account"]?.lastPoll == org.machine.now)
    }

    @Test func `Rows are told after an org's clock was set back`() async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 8 * 3600)
        _ = try await org.work(ledger, session, rounds: 3)
        await org.org.advanceClock(seconds: -6 * 3600)
        let (told, expected) = try await org.work(ledger, session, rounds: 12)
        #expect(told.sorted() == expected.sorted())
    }

    @Test(arguments: [-18_000, 18_000, -3_456_000, 3_456_000] as [Int64])
    func `A machine hours off, or set while it runs, takes no more calls`(leap: Int64) async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 30)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        for isSet in [true, false] {
            if isSet { org.machine.jump(seconds: leap) }
            let (told, expected) = try await org.work(ledger, session, rounds: 3)
            #expect(told == expected)
            await org.advance(seconds: 3600)
            _ = try await session.poll(ledger.request(["Account"]), into: ledger)
            for _ in 0..<3 {
                await org.advance(seconds: 60)
                let idle = try await session.poll(ledger.request(["Account"]), into: ledger)
                #expect(idle.apiCalls <= 2)
                #expect(idle.rowsRead == 0)
                #expect(idle.problems == [:])
            }
        }
    }
}
