import Domain
import Salesforce
import SimulatedOrg
import Testing

/// Sessions that end in the middle of what is read.
struct ShortSessionTests {
    @Test(arguments: [1, 2, 3, 5])
    func `A first read ends however short sessions are, and tells each record once`(calls: Int) async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 3 }
        try await org.org.seed("Account", count: 40)
        let sessions = ShortSessions(org, calls: calls)
        let ledger = MemoryLedger()
        let session = await sessions.session()
        for _ in 0..<3 {
            try await session.poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
            await org.advance(seconds: 60)
        }
        let told = await ledger.log()
        #expect(told.count == 40)
        #expect(Set(told).count == 40)
        #expect(sessions.refusedPages > 0)
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    @Test(arguments: [1, 2, 5])
    func `A poll of many pages and several objects gets through, and says of nothing that it needs a person`(
        calls: Int
    ) async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 4 }
        let sessions = ShortSessions(org, calls: calls)
        let ledger = MemoryLedger()
        let session = await sessions.session()
        let objects = ["Account", "Contact", "Lead"]
        try await session.poll(ledger.request(objects), into: ledger)
        await org.advance(seconds: 60)
        for object in objects { try await org.org.seed(object, count: 30) }
        var problems: [String: String] = [:]
        for _ in 0..<3 {
            problems = try await session.poll(ledger.request(objects, reconcile: true), into: ledger).problems
            await org.advance(seconds: 60)
        }
        #expect(problems == [:])
        let told = await ledger.log()
        #expect(told.count == 90)
        #expect(Set(told).count == 90)
    }

    @Test func `A new session that is refused at once is no reason to call a person`() async throws {
        let org = InProcessOrg.empty()
        let sessions = ShortSessions(org, calls: 0)
        let session = await sessions.session()
        let ledger = MemoryLedger()
        let error = await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        #expect(error?.kind == .transient)
        #expect(error?.providerMessage == "Session expired or invalid")
        #expect(sessions.logins <= 2)
    }
}
