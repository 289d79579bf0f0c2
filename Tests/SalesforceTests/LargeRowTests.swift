import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Rows of which one answer can't hold as many as the org gives at once.
struct LargeRowTests {
    private static func text(_ count: Int) -> JSON { .string(String(repeating: "x", count: count)) }

    private static func rows(_ ledger: MemoryLedger) async -> Int64? {
        ResumeState(parsing: await ledger.records["Account"]?.resume).rows
    }

    /// An org that was polled once, which gives so many bytes of rows at most from then on.
    private static func polled(_ ledger: MemoryLedger, limit: Int, unreplicated: Set<String> = []) async throws
        -> InProcessOrg
    {
        let org = InProcessOrg.empty { $0.unreplicated = unreplicated }
        try await org.org.seed("Account", count: 3)
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        org.answerLimit.withLock { $0 = limit }
        return org
    }

    @Test(arguments: [[], ["Account"]] as [Set<String>])
    func `Fewer are asked for at a time, and what was learnt is not learnt again`(
        unreplicated: Set<String>
    ) async throws {
        let ledger = MemoryLedger()
        let org = try await Self.polled(ledger, limit: 40_000, unreplicated: unreplicated)
        var expected: Set<String> = []
        for number in 0..<40 {
            let name = JSON.string("\(number)")
            let id = try await org.org.create("Account", ["Name": name, "Description": Self.text(10_000)])
            expected.insert("CREATED \(id)")
            if number == 20 { await org.advance(seconds: 1) }
        }
        let report = try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(report.problems == [:])
        let told = await ledger.log()
        #expect(told.count == 40 && Set(told) == expected)
        let first = org.overruns.withLock { $0 }
        #expect(first > 0 && first < 16)
        let learnt = try #require(await Self.rows(ledger))
        #expect(learnt < 4)
        // As after a restart.
        await org.advance(seconds: 60)
        let small = try await org.org.create("Account", ["Name": "small"])
        let next = try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(next.problems == [:])
        #expect(await ledger.log() == ["CREATED \(small)"])
        let second = org.overruns.withLock { $0 }
        #expect(second == first)
        // Once they are past, it is tried with more, once an hour.
        await org.advance(seconds: 4000)
        for _ in 0..<3 { try await org.session().poll(ledger.request(["Account"]), into: ledger) }
        let before = try #require(await Self.rows(ledger))
        try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        let after = try #require(await Self.rows(ledger))
        #expect(after == before * 4)
        #expect(await ledger.log() == [])
    }

    @Test func `Pages of a first read of everything are made smaller, too`() async throws {
        let org = InProcessOrg.empty()
        for number in 0..<30 {
            try await org.org.create("Account", ["Name": .string("\(number)"), "Description": Self.text(10_000)])
        }
        org.answerLimit.withLock { $0 = 40_000 }
        let ledger = MemoryLedger()
        let session = await org.session()
        for _ in 0..<3 {
            let request = await ledger.request(["Account"], firstRun: .backfill)
            try await session.poll(request, into: ledger)
        }
        let told = await ledger.log()
        #expect(told.count == 30 && Set(told).count == 30)
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    @Test func `One that is too large as a whole is read in parts`() async throws {
        let ledger = MemoryLedger()
        let org = try await Self.polled(ledger, limit: 20_000)
        var expected: Set<String> = []
        var large = ""
        for number in 0..<5 {
            let text = Self.text(number == 2 ? 19_200 : 10)
            let id = try await org.org.create("Account", ["Name": .string("\(number)"), "Description": text])
            if number == 2 { large = id }
            expected.insert("CREATED \(id)")
        }
        let report = try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(report.problems == [:])
        #expect(await Set(ledger.log()) == expected)
        let fields = try #require(await ledger.entries["Account/" + large]?.fields)
        #expect(fields.string("Description")?.count == 19_200)
        #expect(fields.string("Name") == "2")
    }

    @Test func `A field that is too large by itself is left out of its record, with a sentence`() async throws {
        let ledger = MemoryLedger()
        let org = try await Self.polled(ledger, limit: 20_000)
        var ids: [String] = []
        for number in 0..<5 {
            let text = Self.text(number == 2 ? 30_000 : 10)
            ids.append(
                try await org.org.create("Account", ["Name": .string("\(number)"), "Description": text])
            )
        }
        let report = try await org.session().poll(ledger.request(["Account"]), into: ledger)
        let problem = try #require(report.problems["Account"])
        #expect(problem.contains("Description of record \(ids[2]) of Account"))
        #expect(problem.contains("field-level security"))
        #expect(report.failures == [:])
        #expect(await Set(ledger.log()) == Set(ids.map { "CREATED \($0)" }))
        let fields = await ledger.entries["Account/" + ids[2]]?.fields
        #expect(fields?.string("Name") == "2")
        #expect(fields?["Description"] == nil)
        let other = await ledger.entries["Account/" + ids[3]]?.fields
        #expect(other?.string("Description")?.count == 10)
        // Nothing else waits for it.
        await org.advance(seconds: 60)
        try await org.org.change("Account", ids[2], ["Industry": "Banking"])
        let new = try await org.org.create("Account", ["Name": "new"])
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await Set(ledger.log()) == ["UPDATED \(ids[2])", "CREATED \(new)"])
    }

    @Test func `Where nothing less can be asked for, the object and the way out are named`() async throws {
        let ledger = MemoryLedger()
        let org = try await Self.polled(ledger, limit: 50)
        try await org.org.create("Account", ["Name": "A"])
        let report = try await org.session().poll(ledger.request(["Account"]), into: ledger)
        let problem = try #require(report.problems["Account"])
        #expect(problem.contains("Account") && problem.contains("list of objects"))
        org.answerLimit.withLock { $0 = nil }
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log().count == 1)
    }
}
