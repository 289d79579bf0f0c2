import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Polls of an org with much in the overlap: what they cost, and what they find all the same.
struct OverlapTests {
    /// Nothing but counts, a row in full only where it is unknown.
    private static let counting = OverlapLimits(familiar: 0, unsettled: 0)

    // MARK: What it costs

    @Test func `A poll of twenty thousand known rows and nothing new takes at most two calls`() async throws {
        let busy = try await BusyOrg(20_000)
        for _ in 0..<20 {
            let rows = try await busy.poll()
            #expect(rows.apiCalls <= 2)
            #expect(rows.rowsRead <= 2200)
            #expect(rows.problems == [:])
            await busy.org.advance(seconds: 60)
        }
        #expect(await busy.ledger.log() == [])
        // By now they have left the overlap, each of them read once more.
        #expect(try await busy.told().calls == 1)
    }

    @Test func `With one new row as well`() async throws {
        let busy = try await BusyOrg(20_000)
        for _ in 0..<3 {
            let id = try await busy.org.org.create("Account", ["Name": "new"])
            let (events, calls) = try await busy.told()
            #expect(events == ["CREATED \(id)"])
            #expect(calls <= 2)
            await busy.org.advance(seconds: 60)
        }
    }

    @Test func `Rows that leave the overlap are read once more, narrowly, a page at each poll`() async throws {
        let busy = try await BusyOrg(6000)
        var read = 0
        for _ in 0..<25 {
            read += try await busy.poll().rowsRead
            await busy.org.advance(seconds: 60)
        }
        // The newest two hundred are read again at each poll of the overlap.
        #expect((6000...6000 + 25 * 250).contains(read))
        #expect(await busy.ledger.log() == [])
    }

    @Test func `Few rows are read again as ever, and nobody asks the ledger`() async throws {
        let busy = try await BusyOrg(150, each: 10)
        #expect(try await busy.poll().rowsRead >= 150)
        let asked = await busy.ledger.questions.count
        await busy.org.advance(seconds: 60)
        #expect(try await busy.told().calls == 1)
        #expect(await busy.ledger.questions.count == asked)
    }

    @Test func `A busy object leaves room in the call for another`() async throws {
        let busy = try await BusyOrg(3000)
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
        for object in objects { try await org.org.seed(object, count: 1000) }
        for _ in 0..<2 {
            await org.advance(seconds: 60)
            try await session.poll(ledger.request(objects), into: ledger)
        }
        #expect(await ledger.takeEvents().count == 5000)
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
            case .update: try await org.change("Account", rows[700], ["Name": "moved"])
            case .deletion: try await org.delete("Account", rows[700])
            case .erasure: try await org.hardDelete("Account", rows[700])
            case .twoLeave:
                try await org.change("Account", rows[700], ["Name": "moved"])
                try await org.hardDelete("Account", rows[710])
            }
        }

        func told(of rows: [String]) -> [String] {
            switch self {
            case .nothing: []
            case .update: ["UPDATED \(rows[700])"]
            case .deletion, .erasure: ["DELETED \(rows[700])"]
            case .twoLeave: ["UPDATED \(rows[700])", "DELETED \(rows[710])"]
            }
        }
    }

    @Test(arguments: Cover.allCases, [OverlapLimits(), counting])
    func `A late row is told within two polls, whatever leaves its window`(
        cover: Cover,
        limits: OverlapLimits
    ) async throws {
        let busy = try await BusyOrg(5000, hasOpenTransaction: true, limits: limits)
        let org = busy.org.org
        // Dated like the rows before it, visible only now.
        let late = try await org.create("Account", ["Name": "late"], in: busy.transaction)
        #expect(try await busy.told(polls: 2) == [])
        try await cover.happen(to: busy.rows, in: org)
        try await org.commit(busy.transaction)
        let told = try await busy.told(polls: 2)
        #expect(told.sorted() == (cover.told(of: busy.rows) + ["CREATED \(late)"]).sorted())
        #expect(try await busy.told(polls: 20) == [])
    }

    @Test func `Where the org says what may still come late, a row is told that hides behind one that nobody sees leave`()
        async throws
    {
        let busy = try await BusyOrg(1500, each: 100, hasOpenTransaction: true)
        let org = busy.org.org
        let late = try await org.create("Account", ["Name": "late"], in: busy.transaction)
        try await org.change("Account", busy.rows[40], ["Name": "late"], in: busy.transaction)
        try await org.commit(busy.transaction)
        await org.configure { $0.hiddenRecords = [busy.rows[300]] }
        #expect(try await busy.told(polls: 1).sorted() == ["CREATED \(late)", "UPDATED \(busy.rows[40])"].sorted())
    }

    @Test func `A row that counts can't show is told before it leaves the overlap`() async throws {
        let busy = try await BusyOrg(3000, hasOpenTransaction: true, limits: Self.counting)
        let org = busy.org.org
        // One row in, one out, and nobody says which.
        let late = try await org.create("Account", ["Name": "late"], in: busy.transaction)
        #expect(try await busy.told(polls: 2) == [])
        try await org.commit(busy.transaction)
        await org.configure { $0.hiddenRecords = [busy.rows[1500]] }
        #expect(try await busy.told(polls: 25) == ["CREATED \(late)"])
    }

    @Test func `A late write of a known row is told though its window holds as many rows as before`() async throws {
        let busy = try await BusyOrg(3000, hasOpenTransaction: true, limits: Self.counting)
        let id = busy.rows[2]
        try await busy.org.org.change("Account", id, ["Name": "late"], in: busy.transaction)
        #expect(try await busy.told(polls: 2) == [])
        try await busy.org.org.commit(busy.transaction)
        #expect(try await busy.told(polls: 25) == ["UPDATED \(id)"])
    }

    @Test func `A late bulk is found in parts and fetched in full`() async throws {
        let busy = try await BusyOrg(9000, hasOpenTransaction: true, limits: .init(unsettled: 0))
        var late: [String] = []
        for index in 0..<900 {
            late.append(try await busy.org.org.create("Account", ["Name": .string("late \(index)")], in: busy.transaction))
        }
        #expect(try await busy.told(polls: 2) == [])
        try await busy.org.org.commit(busy.transaction)
        let (events, calls) = try await busy.told()
        #expect(events.sorted() == late.map { "CREATED \($0)" }.sorted())
        // Rows and counts, counts of parts, a part or two, the field list, three times four hundred rows.
        #expect(calls <= 9)
    }

    @Test func `A deletion that shows late is told once and looked up once`() async throws {
        let busy = try await BusyOrg(3000, hasOpenTransaction: true, limits: Self.counting)
        try await busy.org.org.delete("Account", busy.rows[5], in: busy.transaction)
        #expect(try await busy.told(polls: 2) == [])
        try await busy.org.org.commit(busy.transaction)
        #expect(try await busy.told().events == ["DELETED \(busy.rows[5])"])
        await busy.org.advance(seconds: 60)
        let (events, calls) = try await busy.told()
        #expect(events == [])
        #expect(calls <= 2)
    }

    @Test func `A row out of sight is a reason to read its window once, not at each poll`() async throws {
        let busy = try await BusyOrg(6000)
        await busy.org.org.configure { $0.hiddenRecords = Set(busy.rows[100..<103]) }
        #expect(try await busy.told().calls > 2)
        for _ in 0..<5 {
            await busy.org.advance(seconds: 60)
            #expect(try await busy.told().calls <= 2)
        }
    }

    @Test func `What is killed in the middle of a check is checked again`() async throws {
        for pages in 0..<4 {
            let busy = try await BusyOrg(5000, hasOpenTransaction: true, limits: Self.counting)
            let late = try await busy.org.org.create("Account", ["Name": "late"], in: busy.transaction)
            #expect(try await busy.told(polls: 2) == [])
            try await busy.org.org.commit(busy.transaction)
            await busy.ledger.die(after: pages, isStored: pages.isMultiple(of: 2))
            _ = try? await busy.poll()
            await busy.ledger.live()
            #expect(try await busy.told(polls: 2) == ["CREATED \(late)"])
        }
    }

    // MARK: Orgs that don't count

    @Test(arguments: SimulatedOrgConfiguration.AggregateFault.allCases)
    func `An org that does not count is read instead, says so, and is asked again an hour later`(
        fault: SimulatedOrgConfiguration.AggregateFault
    ) async throws {
        let busy = try await BusyOrg(6000, hasOpenTransaction: true)
        await busy.org.org.configure { $0.aggregateFault = fault }
        let late = try await busy.org.org.create("Account", ["Name": "late"], in: busy.transaction)
        _ = try await busy.told(polls: 3)
        let note = await busy.ledger.records["Account"]?.note ?? ""
        #expect(note.contains("the org's counts can't be used"))
        #expect(note.contains("counting is tried again after 20"))
        #expect(await busy.ledger.records["Account"]?.problem == nil)
        // It is as exact as before, at the price of reading.
        try await busy.org.org.commit(busy.transaction)
        #expect(try await busy.told(polls: 1) == ["CREATED \(late)"])
        #expect(try await busy.told().calls <= 3)
        await busy.org.org.configure { $0.aggregateFault = nil }
        await busy.org.advance(seconds: 3600)
        try await busy.org.org.seed("Account", count: 3000)
        await busy.org.advance(seconds: 60)
        for _ in 0..<2 {
            try await busy.poll()
            await busy.org.advance(seconds: 60)
        }
        #expect(await busy.ledger.records["Account"]?.note == nil)
        #expect(try await busy.poll().apiCalls == 1)
    }

    @Test func `A count that fails in passing is made up for by reading, and is no note`() async throws {
        let busy = try await BusyOrg(3000)
        await busy.org.org.add(FaultRule(.serverError, path: "COUNT", times: 2, aimsAtParts: true))
        await busy.org.org.add(FaultRule(.serverError, path: "COUNT", times: 20))
        #expect(try await busy.poll().problems == [:])
        #expect(await busy.ledger.records["Account"]?.note == nil)
        await busy.org.org.removeFaults()
        await busy.org.advance(seconds: 60)
        #expect(try await busy.poll().apiCalls == 1)
    }

    @Test func `What can't be read narrowly either is a problem, and is checked again`() async throws {
        let busy = try await BusyOrg(5000, hasOpenTransaction: true, limits: Self.counting)
        let late = try await busy.org.org.create("Account", ["Name": "late"], in: busy.transaction)
        #expect(try await busy.told(polls: 2) == [])
        try await busy.org.org.commit(busy.transaction)
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
        #expect(try await busy.told(polls: 2) == ["CREATED \(late)"])
    }
}

extension OverlapLimits: CustomTestStringConvertible {
    public var testDescription: String { "\(familiar)/\(unsettled)/\(page)" }
}
