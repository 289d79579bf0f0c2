import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Polls of an org with much in the overlap: what they cost, and what they find all the same.
struct OverlapTests {
    /// A tenth of the usual bounds and less, so that small orgs are busy ones.
    private static let small = OverlapLimits(familiar: 25, unsettled: 250, page: 250)
    /// What is open in the org is read in full.
    private static let open = OverlapLimits(familiar: 25, unsettled: 500, page: 250)
    /// Nothing but counts, a row in full only where it is unknown.
    private static let counting = OverlapLimits(familiar: 0, unsettled: 0, page: 250)

    // MARK: What it costs

    @Test func `A poll of twenty thousand known rows takes at most two calls, with nothing new and with one new row`()
        async throws
    {
        let busy = try await BusyOrg(20_000, each: 5000, limits: .init())
        for isNew in [false, true, false, true] {
            let id = isNew ? try await busy.org.org.create("Account", ["Name": "new"]) : nil
            let report = try await busy.poll()
            #expect(report.apiCalls <= 2)
            #expect(report.rowsRead <= 10)
            #expect(report.problems == [:])
            #expect(await busy.ledger.log() == (id.map { ["CREATED \($0)"] } ?? []))
            await busy.org.advance(seconds: 60)
        }
        // When they leave the overlap, each is read once more, a page at a poll.
        await busy.org.advance(seconds: 900)
        for _ in 0..<3 {
            let report = try await busy.poll()
            #expect(report.apiCalls <= 2)
            #expect((2000...2010).contains(report.rowsRead))
            await busy.org.advance(seconds: 60)
        }
        #expect(await busy.ledger.log() == [])
    }

    @Test func `Rows that leave the overlap are read once more, a page at each poll`() async throws {
        let busy = try await BusyOrg()
        var read = 0
        for _ in 0..<25 {
            read += try await busy.poll().rowsRead
            await busy.org.advance(seconds: 60)
        }
        // The newest 25 are read again at each poll of the overlap.
        #expect((600...600 + 25 * 35).contains(read))
        #expect(await busy.ledger.log() == [])
    }

    @Test func `Few rows are read again as ever, and nobody asks the ledger`() async throws {
        let busy = try await BusyOrg(20, each: 5)
        #expect(try await busy.poll().rowsRead >= 20)
        let asked = await busy.ledger.questions.count
        await busy.org.advance(seconds: 60)
        #expect(try await busy.told().calls == 1)
        #expect(await busy.ledger.questions.count == asked)
    }

    @Test func `A busy object leaves room in the call for another`() async throws {
        let busy = try await BusyOrg(400, each: 100)
        let objects = ["Account", "Contact", "Lead"]
        try await busy.session.poll(busy.ledger.request(objects), into: busy.ledger)
        await busy.org.advance(seconds: 60)
        let report = try await busy.session.poll(busy.ledger.request(objects), into: busy.ledger)
        #expect(report.apiCalls == 1)
    }

    @Test func `Five busy objects take two calls`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        let objects = ["Account", "Contact", "Lead", "Opportunity", "Case"]
        for object in objects { try await org.org.seed(object, count: 1) }
        await org.advance(seconds: 3600)
        try await session.poll(ledger.request(objects), into: ledger)
        await org.advance(seconds: 60)
        for object in objects { try await org.org.seed(object, count: 300) }
        for _ in 0..<2 {
            await org.advance(seconds: 60)
            try await session.poll(ledger.request(objects), into: ledger)
        }
        #expect(await ledger.takeEvents().count == 1500)
        await org.advance(seconds: 60)
        #expect(try await session.poll(ledger.request(objects), into: ledger).apiCalls == 2)
    }

    // MARK: What comes late

    /// What else happens to rows of the overlap before the late one shows.
    enum Cover: String, CaseIterable, CustomTestStringConvertible {
        case nothing, update, deletion, erasure, twoLeave

        var testDescription: String { rawValue }

        func happen(to rows: [String], in org: Org) async throws {
            switch self {
            case .nothing: break
            case .update: try await org.change("Account", rows[350], ["Name": "moved"])
            case .deletion: try await org.delete("Account", rows[350])
            case .erasure: try await org.hardDelete("Account", rows[350])
            case .twoLeave:
                try await org.change("Account", rows[350], ["Name": "moved"])
                try await org.hardDelete("Account", rows[355])
            }
        }

        func told(of rows: [String]) -> [String] {
            switch self {
            case .nothing: []
            case .update: ["UPDATED \(rows[350])"]
            case .deletion, .erasure: ["DELETED \(rows[350])"]
            case .twoLeave: ["UPDATED \(rows[350])", "DELETED \(rows[355])"]
            }
        }
    }

    /// Makes a row that shows late.
    @Sendable private static func create(_ org: Org, _ transaction: Int, _ rows: [String]) async throws {
        try await org.create("Account", ["Name": "late"], in: transaction)
    }

    @Test(arguments: Cover.allCases, [small, counting])
    func `A late row is told within two polls, whatever leaves its window`(
        cover: Cover,
        limits: OverlapLimits
    ) async throws {
        let busy = try await BusyOrg(limits: limits, late: Self.create)
        try await cover.happen(to: busy.rows, in: busy.org.org)
        try await busy.commit()
        let told = try await busy.told(polls: 2)
        #expect(told.count(where: { $0.hasPrefix("CREATED") }) == 1)
        #expect(told.filter { !$0.hasPrefix("CREATED") }.sorted() == cover.told(of: busy.rows).sorted())
        #expect(try await busy.told(polls: 20) == [])
    }

    @Test func `Where the org says what may still come late, nothing hides behind a row that nobody sees leave`()
        async throws
    {
        let busy = try await BusyOrg(400, each: 20, limits: Self.open) { org, transaction, rows in
            try await Self.create(org, transaction, rows)
            try await org.change("Account", rows[40], ["Name": "late"], in: transaction)
        }
        try await busy.commit()
        await busy.org.org.configure { $0.hiddenRecords = [busy.rows[195]] }
        let told = try await busy.told(polls: 1)
        #expect(told.count == 2)
        #expect(told.contains("UPDATED \(busy.rows[40])"))
    }

    @Test func `A row that counts can't show is told before it leaves the overlap`() async throws {
        let busy = try await BusyOrg(limits: Self.counting, late: Self.create)
        try await busy.commit()
        // One row in and one out within one second, and nobody says which.
        await busy.org.org.configure { $0.hiddenRecords = [busy.rows[299]] }
        #expect(try await busy.told(polls: 5) == [])
        #expect(try await busy.told(polls: 20).count == 1)
    }

    @Test func `A late write of a known row is told though its window holds as many rows as before`() async throws {
        let busy = try await BusyOrg(limits: Self.counting) { org, transaction, rows in
            try await org.change("Account", rows[250], ["Name": "late"], in: transaction)
        }
        try await busy.commit()
        #expect(try await busy.told(polls: 25) == ["UPDATED \(busy.rows[250])"])
    }

    /// Saves a row in the open transaction, within the second in which it was made.
    @Sendable private static func saveTwice(_ org: Org, _ transaction: Int, _ rows: [String]) async throws {
        try await org.change("Account", rows[rows.count - 1], ["Name": "late"], in: transaction)
    }

    @Test
    func `A row saved twice in one second, the second time late, is told at once where the org says what is open`()
        async throws
    {
        let busy = try await BusyOrg(400, each: 20, limits: Self.open, late: Self.saveTwice)
        try await busy.commit()
        #expect(try await busy.told(polls: 1) == ["UPDATED \(busy.rows[199])"])
    }

    @Test func `Beyond that it is told before it leaves the overlap, though neither counts nor stamps show it`()
        async throws
    {
        let busy = try await BusyOrg(limits: Self.counting, late: Self.saveTwice)
        try await busy.commit()
        #expect(try await busy.told(polls: 5) == [])
        #expect(try await busy.told(polls: 20) == ["UPDATED \(busy.rows[299])"])
    }

    @Test func `Or by the reconciliation, which goes on from a check`() async throws {
        let busy = try await BusyOrg(limits: Self.counting, late: Self.saveTwice)
        try await busy.commit()
        #expect(try await busy.told(reconcile: true).events == ["UPDATED \(busy.rows[299])"])
        #expect(try await busy.told(polls: 25) == [])
    }

    @Test func `What is about to leave the overlap is not left before it was read, whatever cuts that short`()
        async throws
    {
        for pages in 0..<4 {
            let busy = try await BusyOrg(120, each: 4, limits: Self.counting, late: Self.saveTwice)
            await busy.org.org.configure { $0.maximumPageRows = 12 }
            try await busy.commit()
            for poll in 0..<30 {
                if poll.isMultiple(of: 3) {
                    await busy.ledger.die(after: pages % 3, isStored: pages > 1)
                } else if poll % 3 == 1 {
                    await busy.org.org.add(FaultRule(.serverError, path: "/query", skip: pages % 2, times: 9))
                }
                _ = try? await busy.poll()
                await busy.ledger.live()
                await busy.org.org.removeFaults()
                await busy.org.advance(seconds: poll == 15 ? 7200 : 60)
            }
            #expect(await busy.ledger.log() == ["UPDATED \(busy.rows[59])"])
        }
    }

    @Test func `A poll that is killed when it checks for the first time leaves nothing unchecked`() async throws {
        // Until now all of the overlap was read at each poll.
        var busy = try await BusyOrg(limits: .init(familiar: 1000), late: Self.create)
        busy.limits = Self.counting
        await busy.org.org.configure { $0.maximumPageRows = 100 }
        await busy.org.advance(seconds: 300)
        try await busy.commit()
        // The late row is older than the overlap by now, as the last poll was long ago; also by the org's time as far as
        // stamps prove it, which is behind by the minute for which the newest row had been there when it was seen.
        await busy.org.advance(seconds: 600)
        try await busy.org.org.seed("Account", count: 300)
        await busy.ledger.die(after: 1, isStored: true)
        await #expect(throws: MemoryLedger.Killed.self) { try await busy.poll() }
        await busy.ledger.live()
        #expect(try await busy.told(polls: 25).count == 301)
    }

    @Test func `A late bulk is found in parts and fetched in full`() async throws {
        let busy = try await BusyOrg(3000, each: 100, limits: .init(unsettled: 0, page: 500)) {
            org,
            transaction,
            rows in
            for index in 0..<450 {
                try await org.create("Account", ["Name": .string("late \(index)")], in: transaction)
            }
        }
        try await busy.commit()
        let (events, calls) = try await busy.told()
        #expect(events.count(where: { $0.hasPrefix("CREATED") }) == 450)
        #expect(Set(events).count == 450)
        // Rows and counts, counts of parts, a part or two, the field list, twice four hundred rows.
        #expect(calls <= 8)
        let purposes = try #require(await busy.ledger.records["Account"]?.calls)
        #expect(purposes[.rows] == 1 && purposes[.check] > 0 && purposes[.narrow] >= 3)
    }

    @Test func `A deletion that shows late is told once and looked up once`() async throws {
        let busy = try await BusyOrg(limits: Self.counting) { org, transaction, rows in
            try await org.delete("Account", rows[5], in: transaction)
        }
        try await busy.commit()
        #expect(try await busy.told().events == ["DELETED \(busy.rows[5])"])
        await busy.org.advance(seconds: 60)
        let (events, calls) = try await busy.told()
        #expect(events == [])
        #expect(calls == 1)
    }

    @Test func `A row out of sight is a reason to read its window once, not at each poll`() async throws {
        let busy = try await BusyOrg()
        await busy.org.org.configure { $0.hiddenRecords = Set(busy.rows[100..<103]) }
        #expect(try await busy.told().calls > 1)
        for _ in 0..<5 {
            await busy.org.advance(seconds: 60)
            #expect(try await busy.told().calls <= 2)
        }
    }

    @Test func `What is killed in the middle of a check is checked again`() async throws {
        for pages in 0..<4 {
            let busy = try await BusyOrg(300, limits: Self.counting, late: Self.create)
            try await busy.commit()
            await busy.ledger.die(after: pages, isStored: pages.isMultiple(of: 2))
            _ = try? await busy.poll()
            await busy.ledger.live()
            #expect(try await busy.told(polls: 2).count == 1)
        }
    }

    // MARK: Orgs that don't count

    @Test(arguments: SimulatedOrgConfiguration.AggregateFault.allCases)
    func `An org that does not count is read instead, says so, and is asked again an hour later`(
        fault: SimulatedOrgConfiguration.AggregateFault
    ) async throws {
        let busy = try await BusyOrg(late: Self.create)
        await busy.org.org.configure { $0.aggregateFault = fault }
        #expect(try await busy.told(polls: 3) == [])
        let note = await busy.ledger.records["Account"]?.note ?? ""
        #expect(note.contains("the org's counts can't be used"))
        #expect(note.contains("counting is tried again after 20"))
        #expect(await busy.ledger.records["Account"]?.problem == nil)
        // It is as exact as before, at the price of reading.
        try await busy.commit()
        #expect(try await busy.told(polls: 1).count == 1)
        #expect(try await busy.told().calls <= 3)
        await busy.org.org.configure { $0.aggregateFault = nil }
        await busy.org.advance(seconds: 3600)
        try await busy.org.org.seed("Account", count: 600)
        for _ in 0..<3 {
            await busy.org.advance(seconds: 60)
            try await busy.poll()
        }
        #expect(await busy.ledger.records["Account"]?.note == nil)
        await busy.org.advance(seconds: 60)
        #expect(try await busy.poll().apiCalls == 1)
    }

    @Test func `A count that fails in passing is made up for by reading, and is no note`() async throws {
        let busy = try await BusyOrg()
        await busy.org.org.add(FaultRule(.serverError, path: "COUNT", times: 2, aimsAtParts: true))
        await busy.org.org.add(FaultRule(.serverError, path: "COUNT", times: 20))
        #expect(try await busy.poll().problems == [:])
        #expect(await busy.ledger.records["Account"]?.note == nil)
        await busy.org.org.removeFaults()
        await busy.org.advance(seconds: 60)
        #expect(try await busy.poll().apiCalls == 1)
    }

    @Test func `What can't be read narrowly either is a problem, and is checked again`() async throws {
        let busy = try await BusyOrg(limits: Self.counting, late: Self.create)
        try await busy.commit()
        let refusal = FaultRule(
            .error(status: 400, code: "UNKNOWN", message: "no"),
            path: "LIMIT",
            times: nil,
            aimsAtParts: true
        )
        var whole = refusal
        whole.aimsAtParts = false
        await busy.org.org.add(refusal)
        await busy.org.org.add(whole)
        let report = try await busy.poll()
        #expect(report.problems["Account"]?.contains("could not be checked against the org") == true)
        #expect(await busy.ledger.log() == [])
        await busy.org.org.removeFaults()
        #expect(try await busy.told(polls: 2).count == 1)
    }
}

extension OverlapLimits: CustomTestStringConvertible {
    public var testDescription: String { "\(familiar)/\(unsettled)/\(page)" }
}
