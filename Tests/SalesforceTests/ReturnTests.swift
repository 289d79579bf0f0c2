import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Objects that are taken off the list and put back, and records that go out of sight and come back.
struct ReturnTests {
    // MARK: Objects

    /// An org whose records were told as created before the object was taken off the list.
    private func takenOff(_ count: Int) async throws -> (InProcessOrg, MemoryLedger, [String]) {
        let org = InProcessOrg.empty()
        let ids = try await org.org.seed("Account", count: count)
        await org.advance(seconds: 7200)
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        let told = await ledger.log()
        #expect(told.count == count)
        await ledger.forget("Account")
        await org.advance(seconds: 60)
        return (org, ledger, ids)
    }

    /// Within what the log of deletions holds, and past it.
    @Test(arguments: [3600, 20 * 86_400], [true, false])
    func `What happened while an object was off the list is told when it is put back`(seconds: Int, readsAll: Bool)
        async throws
    {
        let (org, ledger, ids) = try await takenOff(12)
        let moment = Timestamp(seconds: Int64(await org.org.now))
        try await org.org.hardDelete("Account", ids[0])
        try await org.org.delete("Account", ids[1])
        await org.advance(seconds: seconds)
        try await org.org.change("Account", ids[2], ["Name": "changed"])
        try await org.org.delete("Account", ids[3])
        let new = try await org.org.create("Account", ["Name": "new"])
        await org.advance(seconds: 60)
        for _ in 0..<3 {
            let request = await ledger.request(["Account"], firstRun: readsAll ? .backfill : .since(moment))
            try await org.session().poll(request, into: ledger)
            await org.advance(seconds: 60)
        }
        let told = await ledger.log().sorted()
        let expected = ["CREATED \(new)", "UPDATED \(ids[2])"] + [0, 1, 3].map { "DELETED \(ids[$0])" }
        #expect(told == expected.sorted())
        let problem = await ledger.records["Account"]?.problem
        #expect(problem == nil)
    }

    @Test func `The newest record of an object may be what is gone when it is put back`() async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        await org.advance(seconds: 7200)
        let newest = try await org.org.create("Account", ["Name": "newest"])
        let written = Timestamp(seconds: Int64(await org.org.now))
        await org.advance(seconds: 60)
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        await ledger.takeEvents()
        await ledger.forget("Account")
        try await org.org.hardDelete("Account", newest)
        await org.advance(seconds: 60)
        for _ in 0..<2 {
            try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        }
        let told = await ledger.takeEvents()
        #expect(told.map(\.recordID) == [newest])
        #expect(told.allSatisfy { $0.change == .deleted && $0.stamp >= written })
    }

    @Test func `An object that begins now skips what was before, and tells what becomes of known records then`()
        async throws
    {
        let (org, ledger, ids) = try await takenOff(5)
        try await org.org.hardDelete("Account", ids[0])
        try await org.org.delete("Account", ids[1])
        try await org.org.change("Account", ids[2], ["Name": "changed"])
        await org.advance(seconds: 3600)
        for _ in 0..<2 { try await org.session().poll(ledger.request(["Account"]), into: ledger) }
        let skipped = await ledger.log()
        #expect(skipped == [])
        try await org.org.delete("Account", ids[3])
        try await org.org.hardDelete("Account", ids[4])
        await org.advance(seconds: 60)
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        let told = await ledger.log().sorted()
        #expect(told == [3, 4].map { "DELETED \(ids[$0])" }.sorted())
    }

    @Test func `A first run of an object that nobody knew sweeps nothing`() async throws {
        let org = InProcessOrg.empty()
        try await org.org.seed("Account", count: 3)
        await org.advance(seconds: 7200)
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"], firstRun: .backfill), into: ledger)
        let asked = await ledger.questions.filter { if case .ids = $0 { true } else { false } }
        #expect(asked == [.ids(after: nil, limit: 1)])
        let calls = await ledger.records["Account"]?.calls[.reconcile]
        #expect(calls == 0)
    }

    // MARK: Records

    /// An org without a log of deletions of accounts, whose records were told as created and have left the overlap since,
    /// where another object's stamps show how late it is.
    private func known(_ objects: [String]) async throws -> (InProcessOrg, MemoryLedger, [String]) {
        let org = InProcessOrg.empty { $0.unreplicated = ["Account"] }
        let ledger = MemoryLedger()
        await ledger.setClock { [machine = org.machine] in machine.now }
        try await org.session().poll(ledger.request(objects), into: ledger)
        await org.advance(seconds: 60)
        let ids = try await org.org.seed("Account", count: 40)
        try await org.session().poll(ledger.request(objects), into: ledger)
        await org.advance(seconds: 7200)
        try await org.org.create("Contact", ["LastName": "later"])
        for _ in 0..<2 {
            try await org.session().poll(ledger.request(objects), into: ledger)
            await org.advance(seconds: 60)
        }
        await ledger.takeEvents()
        return (org, ledger, ids)
    }

    private func reconcile(_ objects: [String], _ org: InProcessOrg, _ ledger: MemoryLedger) async throws -> [String] {
        try await org.session().poll(ledger.request(objects, reconcile: true), into: ledger)
        await org.advance(seconds: 3600)
        return await ledger.log()
    }

    /// What the next reconciliation asks for again.
    private func unseen(_ ledger: MemoryLedger) async -> [String] {
        ResumeState(parsing: await ledger.records["Account"]?.resume).unseen
    }

    @Test(arguments: [["Account"], ["Account", "Contact"]])
    func `What was out of sight is told as undeleted once when it is back, whatever else is polled`(objects: [String])
        async throws
    {
        let (org, ledger, ids) = try await known(objects)
        let some = Array(ids[10..<13])
        await org.org.configure { $0.hiddenRecords = Set(some) }
        let gone = try await reconcile(objects, org, ledger)
        #expect(gone.sorted() == some.map { "DELETED \($0)" }.sorted())
        let still = try await reconcile(objects, org, ledger)
        #expect(still == [])
        await org.org.configure { $0.hiddenRecords = [] }
        var back: [String] = []
        for _ in 0..<3 { back += try await reconcile(objects, org, ledger) }
        #expect(back.sorted() == some.map { "UPDATED* \($0)" }.sorted())
        let left = await unseen(ledger)
        #expect(left == [])
    }

    @Test func `A row that comes back at once is told by the next reconciliation`() async throws {
        let objects = ["Account", "Contact"]
        let (org, ledger, ids) = try await known(objects)
        await org.org.configure { $0.hiddenRecords = [ids[0]] }
        try await org.session().poll(ledger.request(objects, reconcile: true), into: ledger)
        await org.org.configure { $0.hiddenRecords = [] }
        await org.advance(seconds: 5)
        try await org.session().poll(ledger.request(objects, reconcile: true), into: ledger)
        let gone = await ledger.log()
        #expect(gone == ["DELETED \(ids[0])"])
        await org.advance(seconds: 3600)
        let back = try await reconcile(objects, org, ledger)
        #expect(back == ["UPDATED* \(ids[0])"])
    }

    @Test func `What is found in the recycle bin is not asked for again`() async throws {
        let objects = ["Account", "Contact"]
        let (org, ledger, ids) = try await known(objects)
        await org.org.configure { $0.hiddenRecords = [ids[0]] }
        let gone = try await reconcile(objects, org, ledger)
        #expect(gone == ["DELETED \(ids[0])"])
        let kept = await unseen(ledger)
        #expect(kept == [ids[0]])
        try await org.org.delete("Account", ids[0])
        await org.org.configure { $0.hiddenRecords = [] }
        let later = try await reconcile(objects, org, ledger)
        #expect(later == [])
        let left = await unseen(ledger)
        #expect(left == [])
    }

    @Test func `Of many that were told as deleted the newest are asked for again`() throws {
        let ids = try (0..<1200).map { number -> String in
            let digits = String(number)
            let text = "001" + String(repeating: "0", count: 12 - digits.count) + digits
            return try #require(SalesforceID(text)).text
        }
        var resume = ResumeState()
        resume.addUnseen(Array(ids[..<700]))
        resume.addUnseen(Array(ids[600...]))
        #expect(resume.unseen == Array(ids[200...]))
        #expect(ResumeState(parsing: resume.text) == resume)
    }
}
