import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// The detector and its driver against the simulated org, without sockets.
struct PollTests {
    @Test func `The first run reports nothing that was there before`() async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == [])
        #expect(await ledger.records["Account"]?.cursor == Timestamp(seconds: 1_795_456_800))
    }

    @Test func `Created, changed, deleted and undeleted arrive in order, once each`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "Acme"])
        var seen: [String] = []
        func poll() async throws {
            for _ in 0..<2 {
                try await session.poll(ledger.request(["Account"]), into: ledger)
                seen += await ledger.log()
            }
            await org.advance(seconds: 60)
        }
        try await poll()
        try await org.org.change("Account", id, ["Name": "Acme 2"])
        try await poll()
        try await org.org.delete("Account", id)
        try await poll()
        try await org.org.undelete("Account", id)
        try await poll()
        #expect(seen == ["CREATED \(id)", "UPDATED \(id)", "DELETED \(id)", "UPDATED* \(id)"])
    }

    @Test func `Two saves within one second are two updates when a poll ran between them`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        let id = try await org.org.create("Account", ["Name": "A"])
        await org.advance(seconds: 10)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        for name in ["B", "C"] {
            try await org.org.change("Account", id, ["Name": .string(name)])
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        #expect(await ledger.log() == ["UPDATED \(id)", "UPDATED \(id)"])
    }

    @Test func `A change that becomes visible late is told once`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        let late = await org.org.openTransaction()
        let id = try await org.org.create("Account", ["Name": "late"], in: late)
        await org.advance(seconds: 540)
        let early = try await org.org.create("Account", ["Name": "early"])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        try await org.org.commit(late)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["CREATED \(early)", "CREATED \(id)"])
    }

    @Test func `A hard deletion is found in the log`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        let id = try await org.org.create("Account", ["Name": "A"])
        await org.advance(seconds: 7200)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        try await org.org.hardDelete("Account", id)
        await org.advance(seconds: 3600)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["DELETED \(id)"])
    }

    @Test func `Ten unchanged objects cost at most three calls`() async throws {
        let org = InProcessOrg.empty()
        let names = [
            "Account", "Contact", "Lead", "Opportunity", "Case", "Invoice__c", "Project__c", "Shipment__c",
            "Subscription__c", "User",
        ]
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(names), into: ledger)
        await org.advance(seconds: 300)
        let report = try await session.poll(ledger.request(names), into: ledger)
        #expect(report.apiCalls == 2)
        #expect(report.problems == [:])
        // Neither does the reconciliation of nine logs ask for rows that did not change.
        await org.advance(seconds: 3600)
        try await session.poll(ledger.request(names, reconcile: true), into: ledger)
        await org.advance(seconds: 60)
        #expect(try await session.poll(ledger.request(names), into: ledger).apiCalls == 2)
        #expect(await session.apiUsage != nil)
    }

    @Test func `Calls are counted by what they are for, also those of a poll that failed`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        let first = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(first.calls[.describe] == 1 && first.calls[.rows] > 0)
        #expect(await session.drainCalls() == first.calls)
        await org.advance(seconds: 60)
        let ids = try await org.org.seed("Account", count: 3)
        #expect(try await session.poll(ledger.request(["Account"]), into: ledger).calls[.rows] == 1)
        #expect(await ledger.records["Account"]?.calls == [.rows: 1])
        await org.advance(seconds: 60)
        try await org.org.hardDelete("Account", ids[0])
        #expect(
            try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger).calls[.reconcile] > 0
        )
        _ = await session.drainCalls()
        await org.advance(seconds: 60)
        await org.org.add(FaultRule(.dailyLimit, path: "/composite|/query|/deleted", times: nil))
        await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        let failed = await session.drainCalls()
        #expect(failed[.rows] == 1, "\(failed)")
        #expect(await session.drainCalls() == [:])
    }

    @Test func `Tokens are counted, and are not of the allowance`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.org.expireSessions()
        let calls = try await session.poll(ledger.request(["Account"]), into: ledger).calls
        #expect(calls[.tokens] == 1 && calls.total == calls[.rows])
    }

    @Test func `Ten thousand rows of one second come page by page, at one call each`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 10_000)
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(report.rowsRead == 10_000)
        #expect(report.apiCalls <= 3 + 5)
        #expect(await ledger.largestPage <= 2000)
        #expect(Set(await ledger.takeEvents().map(\.recordID)).count == 10_000)
    }

    @Test func `A dead locator is no loss: the read goes on behind the last row`() async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 3 }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 10)
        _ = try await session.poll(ledger.request(["Account"]), ledger) { page in
            await org.org.expireLocators()
            return try await ledger.store(page)
        }
        #expect(await ledger.log().count == 10)
    }

    @Test func `An unknown object is degraded alone`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        let objects = ["Nothing__c", "Account"]
        try await session.poll(ledger.request(objects), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.create("Account", ["Name": "A"])
        let report = try await session.poll(ledger.request(objects), into: ledger)
        #expect(report.problems.keys.sorted() == ["Nothing__c"])
        #expect(await ledger.records["Nothing__c"]?.problem?.contains("Nothing__c") == true)
        #expect(await ledger.log().count == 1)
    }

    @Test func `A backfill tells all that exists as created and goes on after a kill`() async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 4 }
        try await org.org.seed("Account", count: 11)
        await org.advance(seconds: 86_400)
        let ledger = MemoryLedger()
        await ledger.die(after: 2, isStored: true)
        await #expect(throws: MemoryLedger.Killed.self) {
            try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        }
        await ledger.live()
        try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        let events = await ledger.takeEvents()
        #expect(events.count == 11)
        #expect(Set(events.map(\.recordID)).count == 11)
        #expect(events.allSatisfy { $0.change == .created })
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "new"])
        try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        #expect(await ledger.log() == ["CREATED \(id)"])
    }

    @Test(arguments: [FirstRun.backfill, .since(Timestamp(seconds: 1_795_456_800 + 3000))])
    func `What is deleted for good while a long first run reads on is told by the next poll`(_ run: FirstRun)
        async throws
    {
        let org = InProcessOrg.empty { $0.maximumPageRows = 4 }
        let old = try await org.org.seed("Account", count: 3)
        await org.advance(seconds: 3600)
        try await org.org.seed("Account", count: 9)
        await org.advance(seconds: 600)
        let ledger = MemoryLedger()
        let session = await org.session()
        let isFirst = Locked(true)
        try await session.poll(ledger.request(["Account"], firstRun: run), ledger) { page in
            let result = try await ledger.store(page)
            let isFirstPage = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            guard isFirstPage else { return result }
            await org.advance(seconds: 150)
            try await org.org.hardDelete("Account", old[1])
            await org.advance(seconds: 150)
            return result
        }
        _ = await ledger.log()
        await org.advance(seconds: 60)
        try await session.poll(ledger.request(["Account"], firstRun: run), into: ledger)
        #expect(await ledger.log() == ["DELETED \(old[1])"])
    }

    @Test func `An expired session in the middle of a page is no loss`() async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 3 }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 10)
        _ = try await session.poll(ledger.request(["Account"]), ledger) { page in
            await org.org.expireSessions()
            return try await ledger.store(page)
        }
        #expect(await ledger.log().count == 10)
    }

    @Test func `A used-up allowance is told from too many at once`() async throws {
        let org = InProcessOrg.empty()
        await org.org.add(FaultRule(.dailyLimit, path: "/composite|/sobjects|/query", times: nil))
        let ledger = MemoryLedger()
        await #expect {
            try await org.session().poll(ledger.request(["Account", "Lead"]), into: ledger)
        } throws: { ($0 as? SalesforceError)?.kind == .dailyLimit }
    }
}
