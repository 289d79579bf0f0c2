import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Deletions that no log tells, found by holding the ledger's live records against the org.
struct SweepTests {
    /// An org whose records the ledger knows, created since the start.
    private func known(
        _ count: Int,
        _ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }
    ) async throws -> (InProcessOrg, MemoryLedger, [String]) {
        let org = InProcessOrg.empty(change)
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let ids = try await org.org.seed("Account", count: count)
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        _ = await ledger.takeEvents()
        await org.advance(seconds: 60)
        return (org, ledger, ids)
    }

    private func purge(_ org: InProcessOrg) async throws {
        await org.advance(seconds: 7200)
        try await org.org.purge("Account", before: org.org.now, includingLog: true)
        await org.advance(seconds: 60)
    }

    @Test func `What was deleted for good behind a purged log is told once, and the warning goes`() async throws {
        let (org, ledger, ids) = try await known(5)
        try await org.org.hardDelete("Account", ids[1])
        try await purge(org)
        for _ in 0..<3 { try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger) }
        #expect(await ledger.log() == ["DELETED \(ids[1])"])
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    @Test func `A log that is purged before it was read for the first time is made up for`() async throws {
        let org = InProcessOrg.empty()
        let id = try await org.org.create("Account", ["Name": "Known"])
        await org.advance(seconds: 60)
        let ledger = MemoryLedger()
        await org.org.add(FaultRule(.serverError, path: "/deleted", times: nil, aimsAtParts: true))
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.records["Account"]?.cursor != nil)
        await org.org.removeFaults()
        await org.advance(seconds: 60)
        try await org.org.hardDelete("Account", id)
        try await purge(org)
        for _ in 0..<3 { try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger) }
        #expect(await ledger.log() == ["DELETED \(id)"])
    }

    @Test func `An object without a log of deletions is not said to be unknown`() async throws {
        let (org, ledger, _) = try await known(1)
        let refusal = FaultRule.Effect.error(status: 400, code: "INVALID_TYPE_FOR_OPERATION", message: "no")
        for parts in [false, true] {
            await org.org.add(FaultRule(refusal, path: "/deleted", times: nil, aimsAtParts: parts))
        }
        try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        let problem = try #require(await ledger.records["Account"]?.problem)
        #expect(problem.hasPrefix("The log of deletions can't be read"))
        #expect(problem.contains("The org keeps none of this object"))
        #expect(!problem.contains("queried"))
    }

    @Test func `A gap behind one that was swept is swept, too, after a long silence`() async throws {
        let (org, ledger, ids) = try await known(5)
        try await purge(org)
        for _ in 0..<2 { try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger) }
        #expect(await ledger.log() == [])
        await org.advance(seconds: 60)
        try await org.org.hardDelete("Account", ids[1])
        // The log forgets after 15 days; what begins it is still the purge.
        await org.advance(seconds: 40 * 86_400)
        for _ in 0..<2 { try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger) }
        #expect(await ledger.log() == ["DELETED \(ids[1])"])
    }

    @Test func `An object without logs is swept when it is reconciled, and not otherwise`() async throws {
        let (org, ledger, ids) = try await known(5) { $0.unreplicated = ["Account"] }
        try await org.org.hardDelete("Account", ids[1])
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == [])
        try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(await ledger.log() == ["DELETED \(ids[1])"])
    }

    @Test func `Lost sight is not told as deletions, and a person can say that it was none`() async throws {
        let (org, ledger, ids) = try await known(40) { $0.unreplicated = ["Account"] }
        await org.org.configure { $0.hiddenRecords = Set(ids) }
        let session = await org.session()
        try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(await ledger.log() == [])
        let problem = await ledger.records["Account"]?.problem
        #expect(problem?.contains("40 of 40 known records are no longer in sight") == true)
        // Not looked at again before the next reconciliation.
        #expect(try await session.poll(ledger.request(["Account"]), into: ledger).apiCalls == 1)
        #expect(await ledger.records["Account"]?.problem == problem)

        await org.org.configure { $0.hiddenRecords = [] }
        try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(await ledger.records["Account"]?.problem == nil)

        await org.org.configure { $0.hiddenRecords = Set(ids) }
        var request = await ledger.request(["Account"], reconcile: true)
        request.missingPercent = 100
        try await session.poll(request, into: ledger)
        #expect(await ledger.log().sorted() == ids.map { "DELETED \($0)" }.sorted())
    }

    @Test func `Sight that is lost between counting and reporting is not told either`() async throws {
        let (org, ledger, ids) = try await known(40) { $0.unreplicated = ["Account"] }
        try await org.org.hardDelete("Account", ids[0])
        let session = await org.session()
        let request = await ledger.request(["Account"], reconcile: true)
        _ = try await session.poll(
            request,
            known: { object, question in
                // The second pass begins.
                let records = await ledger.records["Account"]?.resume ?? ""
                if records.contains("\"checked\":40") { await org.org.configure { $0.hiddenRecords = Set(ids) } }
                return await ledger.answer(object, question)
            },
            store: { try await ledger.store($0) }
        )
        #expect(await ledger.log() == [])
        #expect(await ledger.records["Account"]?.problem?.contains("no longer in sight") == true)
    }

    @Test func `A sweep goes on after a kill and holds one page at a time`() async throws {
        let (org, ledger, ids) = try await known(4500) { $0.unreplicated = ["Account"] }
        for id in [ids[0], ids[4400]] { try await org.org.hardDelete("Account", id) }
        // The rows themselves are read by now.
        await org.advance(seconds: 3600)
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        await ledger.die(after: 2, isStored: true)
        await #expect(throws: MemoryLedger.Killed.self) {
            try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        }
        await ledger.live()
        // Without reconciliation: what was begun is ended.
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        let told = await ledger.log()
        #expect(told == ["DELETED \(ids[0])", "DELETED \(ids[4400])"])
        #expect(await ledger.largestPage <= 2000)
    }

    @Test func `A question that fails proves nothing`() async throws {
        let (org, ledger, ids) = try await known(5) { $0.unreplicated = ["Account"] }
        try await org.org.hardDelete("Account", ids[1])
        await org.org.add(FaultRule(.serverError, path: "/composite/sobjects", times: nil))
        try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(await ledger.log() == [])
        #expect(await ledger.records["Account"]?.problem?.contains("held against the org") == true)
        await org.org.removeFaults()
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["DELETED \(ids[1])"])
    }

    @Test func `Where many ids can't be asked for at once, their rows are`() async throws {
        let (org, ledger, ids) = try await known(900) { $0.unreplicated = ["Account"] }
        try await org.org.hardDelete("Account", ids[850])
        await org.org.add(
            FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite", times: nil)
        )
        try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(await ledger.log() == ["DELETED \(ids[850])"])
    }

    @Test func `What was given up of the past is no news of a sweep, but that records are gone`() async throws {
        let (org, ledger, ids) = try await known(5) { $0.unreplicated = ["Account"] }
        try await org.org.change("Account", ids[0], ["Name": "given up"])
        try await org.org.delete("Account", ids[1])
        await org.advance(seconds: 7200)
        // As the cancelling of a backlog leaves it.
        let end = Timestamp(seconds: Int64(await org.org.now))
        await ledger.edit("Account") { record in
            record.baseline = end
            record.cursor = end
        }
        await org.org.add(
            FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite", times: nil)
        )
        for _ in 0..<2 { try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger) }
        #expect(await ledger.log() == ["DELETED \(ids[1])"])
    }

    @Test func `A month off is made up for: changes by their rows, deletions by a sweep`() async throws {
        let (org, ledger, ids) = try await known(5)
        try await org.org.change("Account", ids[0], ["Name": "changed"])
        try await org.org.hardDelete("Account", ids[1])
        try await org.org.delete("Account", ids[2])
        await org.advance(seconds: 40 * 86_400)
        try await org.org.purge("Account", before: org.org.now - 15 * 86_400)
        let report = try await org.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(report.problems == [:])
        #expect(
            Set(await ledger.log()) == ["UPDATED \(ids[0])", "DELETED \(ids[1])", "DELETED \(ids[2])"]
        )
    }
}
