import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Fields that come, go and change their type while the poller runs.
struct FieldListTests {
    /// An org in which `Account.Industry` does not exist for the user yet, polled once.
    private static func begun(
        _ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }
    ) async throws -> (InProcessOrg, MemoryLedger, any OrgSession, [String]) {
        let org = InProcessOrg.empty {
            $0.hiddenFields = ["Account.Industry"]
            change(&$0)
        }
        var ids: [String] = []
        for name in ["A", "B", "C", "D", "E"] {
            ids.append(try await org.org.create("Account", ["Name": .string(name)]))
        }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        return (org, ledger, session, ids)
    }

    @Test(arguments: [1, 2, 2000]) func `A value in a field that was added a moment ago is told in the next poll`(
        pageRows: Int
    ) async throws {
        let (org, ledger, session, ids) = try await Self.begun { $0.maximumPageRows = pageRows }
        await org.org.configure { $0.hiddenFields = [] }
        try await org.org.change("Account", ids[1], ["Industry": "Energy"])
        try await org.org.touch("Account", [ids[2]])
        try await org.org.change("Account", ids[3], ["Name": "D2"])
        for _ in 0..<2 { try await session.poll(ledger.request(["Account"]), into: ledger) }
        let events = await ledger.takeEvents()
        #expect(
            Set(events.map { "\($0.change.rawValue) \($0.recordID)" }) == ["UPDATED \(ids[1])", "UPDATED \(ids[3])"]
        )
        #expect(events.count == 2)
        #expect(events.first { $0.recordID == ids[1] }?.changed == ["Industry"])
        #expect(events.first { $0.recordID == ids[3] }?.changed == ["Name"])
        #expect(events.first { $0.recordID == ids[1] }?.fields.string("Industry") == "Energy")
    }

    @Test(arguments: [1, 2, 2000], [true, false])
    func `One write in a known field and in one added a moment ago is told with both, and so is a new record`(
        pageRows: Int,
        becomesVisibleLate: Bool
    ) async throws {
        let (org, ledger, session, ids) = try await Self.begun { $0.maximumPageRows = pageRows }
        await org.org.configure { $0.hiddenFields = [] }
        // What is stamped before a poll and seen after it lies in the overlap, where only the ledger tells that it is news.
        let transaction = becomesVisibleLate ? await org.org.openTransaction() : nil
        try await org.org.change("Account", ids[1], ["Name": "B2", "Industry": "Energy"], in: transaction)
        try await org.org.change("Account", ids[3], ["Name": "D2"], in: transaction)
        let new = try await org.org.create("Account", ["Name": "F", "Industry": "Banking"], in: transaction)
        if let transaction {
            await org.advance(seconds: 90)
            try await session.poll(ledger.request(["Account"]), into: ledger)
            #expect(await ledger.takeEvents().isEmpty)
            await org.advance(seconds: 90)
            try await org.org.commit(transaction)
        }
        try await session.poll(ledger.request(["Account"]), into: ledger)
        let events = await ledger.takeEvents()
        #expect(
            Set(events.map { "\($0.change.rawValue) \($0.recordID)" }) == [
                "UPDATED \(ids[1])", "UPDATED \(ids[3])", "CREATED \(new)",
            ]
        )
        #expect(events.count == 3)
        #expect(events.first { $0.recordID == ids[1] }.map { Set($0.changed) } == ["Name", "Industry"])
        #expect(events.first { $0.recordID == new }?.fields.string("Industry") == "Banking")
    }

    @Test func `A field added right after its list was read is told with the write that it came in`() async throws {
        let (org, ledger, session, ids) = try await Self.begun()
        // The list is read in a poll with news, and the field appears a second later.
        try await org.org.change("Account", ids[0], ["Name": "A2"])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.takeEvents().count == 1)
        await org.advance(seconds: 1)
        await org.org.configure { $0.hiddenFields = [] }
        try await org.org.change("Account", ids[1], ["Name": "B2", "Industry": "Energy"])
        await org.advance(seconds: 1)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        let events = await ledger.takeEvents()
        #expect(events.map(\.recordID) == [ids[1]])
        #expect(events.first.map { Set($0.changed) } == ["Name", "Industry"])
        #expect(events.first?.fields.string("Industry") == "Energy")
    }

    @Test func `News costs one call for the field lists of all objects, and quiet polls none`() async throws {
        let org = InProcessOrg.empty()
        let account = try await org.org.create("Account", ["Name": "A"])
        let contact = try await org.org.create("Contact", ["LastName": "A"])
        let ledger = MemoryLedger()
        let session = await org.session()
        let names = ["Account", "Contact"]
        try await session.poll(ledger.request(names), into: ledger)
        for (seconds, calls) in [(30, 2), (60, 2), (10, 2), (61, 2)] as [(Int, Int)] {
            await org.advance(seconds: seconds)
            try await org.org.change("Account", account, ["Name": .string("A\(seconds)")])
            try await org.org.change("Contact", contact, ["LastName": .string("A\(seconds)")])
            let report = try await session.poll(ledger.request(names), into: ledger)
            #expect(report.apiCalls == calls, "after \(seconds) s")
            #expect(await ledger.takeEvents().count == 2)
            #expect(try await session.poll(ledger.request(names), into: ledger).apiCalls == 1)
        }
    }

    @Test func `A kill between the first look at a row and the new field list loses nothing`() async throws {
        for pages in 0...4 {
            for isStored in [false, true] {
                let (org, ledger, session, ids) = try await Self.begun { $0.maximumPageRows = 2 }
                await org.org.configure { $0.hiddenFields = [] }
                for id in ids { try await org.org.change("Account", id, ["Industry": "Energy"]) }
                await ledger.die(after: pages, isStored: isStored)
                do {
                    try await session.poll(ledger.request(["Account"]), into: ledger)
                } catch is MemoryLedger.Killed {
                    await org.advance(seconds: 3600)
                }
                await ledger.live()
                // The time between two polls is longer than the overlap.
                try await session.poll(ledger.request(["Account"]), into: ledger)
                try await org.session().poll(ledger.request(["Account"]), into: ledger)
                #expect(await ledger.log().sorted() == ids.map { "UPDATED \($0)" }.sorted(), "\(pages) \(isStored)")
            }
        }
    }

    @Test func `Nothing is told because a list of fields grew, shrank or spells a field otherwise`() async throws {
        let (org, ledger, _, ids) = try await Self.begun()
        try await org.org.change("Account", ids[0], ["Industry": "Energy", "AnnualRevenue": 500_000])
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["UPDATED \(ids[0])"])
        await org.org.configure { $0.hiddenFields = [] }
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        await org.org.configure { $0.hiddenFields = ["Account.Name"] }
        try await org.org.touch("Account", nil)
        for _ in 0..<2 { try await org.session().poll(ledger.request(["Account"]), into: ledger) }
        await org.org.configure { $0.hiddenFields = [] }
        await org.advance(seconds: 60)
        try await org.org.touch("Account", nil)
        let retyped = Proxy(org: org) { _, answer in
            var answer = answer
            answer.body = Array(
                answer.text.replacing("\"AnnualRevenue\":500000.0", with: "\"AnnualRevenue\":\"500000\"").utf8
            )
            return answer
        }
        await ledger.takeEvents()
        for _ in 0..<2 { try await retyped.session().poll(ledger.request(["Account"]), into: ledger) }
        #expect(await ledger.takeEvents().filter { $0.changed.contains("AnnualRevenue") }.isEmpty)
    }

    @Test func `A poll without news does not read the field list`() async throws {
        let (_, ledger, session, _) = try await Self.begun()
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(report.apiCalls == 1)
    }

    @Test func `Changed fields name what was written, not the org's own stamps and formulas`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        let id = try await org.org.create(
            "Opportunity",
            [
                "Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-01", "Amount": 10, "Probability": 50,
            ]
        )
        try await session.poll(ledger.request(["Opportunity"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.change("Opportunity", id, ["Amount": 20])
        try await session.poll(ledger.request(["Opportunity"]), into: ledger)
        let event = try #require(await ledger.takeEvents().first)
        #expect(event.changed == ["Amount"])
        #expect(event.fields["LastModifiedDate"] != nil)
        #expect(event.fields["SystemModstamp"] != nil)
    }

    @Test(arguments: [5, 2500]) func `Without a creation date an id never seen is new where all were known`(
        before: Int
    ) async throws {
        let org = InProcessOrg.empty { $0.hiddenFields = ["Account.CreatedDate"] }
        let old = try await org.org.create("Account", ["Name": "Old"])
        try await org.org.seed("Account", count: before - 1)
        await org.advance(seconds: 4000)
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.change("Account", old, ["Name": "Old 2"])
        let new = try await org.org.create("Account", ["Name": "New"])
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        let word = before < 2000 ? "CREATED" : "UPDATED"
        #expect(await Set(ledger.log()) == ["UPDATED \(old)", "\(word) \(new)"])
        #expect(report.problems == [:])
        let note = try #require(await ledger.records["Account"]?.note)
        #expect(note.contains("no creation date") && note.contains(word == "CREATED" ? "as created" : "as updated"))
    }

    @Test func `The org's own words stand beside each problem, and go with it`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account", "Contact"]), into: ledger)
        let words = "Implementation restriction: Account requires a filter by a single Id"
        await org.org.add(
            FaultRule(.error(status: 400, code: "MALFORMED_QUERY", message: words), path: "FROM%20Account", times: nil)
        )
        await org.org.add(
            FaultRule(
                .error(status: 400, code: "MALFORMED_QUERY", message: words),
                path: "FROM%20Account",
                times: nil,
                aimsAtParts: true
            )
        )
        let report = try await session.poll(ledger.request(["Account", "Contact"]), into: ledger)
        #expect(report.providerMessages == ["Account": words])
        #expect(await ledger.records["Account"]?.providerMessage == words)
        await org.org.removeFaults()
        #expect(try await session.poll(ledger.request(["Account", "Contact"]), into: ledger).providerMessages == [:])
        #expect(await ledger.records["Account"]?.providerMessage == nil)
    }
}
