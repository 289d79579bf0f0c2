import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// What the org's `Date` header says is the moment of a poll; where it says nothing, this machine's clock does for it.
struct OrgDateTests {
    /// A session at an org whose list of versions bears this header, and each other answer none.
    private func session(_ header: String?, _ org: InProcessOrg) async -> any OrgSession {
        let proxy = Proxy(org: org) { call, answer in
            var answer = answer
            answer.headers["date"] = call.url.hasSuffix("/services/data") ? header : nil
            return answer
        }
        return await proxy.session()
    }

    /// Polls once for a baseline and once for a record, and gives the last report with the moments of the pages.
    private func poll(
        _ session: any OrgSession,
        _ org: InProcessOrg
    ) async throws -> (report: PollReport, moments: Set<Timestamp>, told: [String]) {
        try await org.org.seed("Account", count: 3)
        let ledger = MemoryLedger()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A"])
        let moments = Locked<Set<Timestamp>>([])
        let report = try await session.poll(ledger.request(["Account"]), ledger) { page in
            moments.withLock { _ = $0.insert(page.pollDate) }
            return try await ledger.store(page)
        }
        let told = await ledger.log().map { $0.replacing(id, with: "it") }
        return (report, moments.withLock { $0 }, told)
    }

    /// Right, far behind, far ahead.
    @Test(
        arguments: [
            "Mon, 23 Nov 2026 18:07:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 31 Dec 2099 23:59:59 GMT",
            "Monday, 23-Nov-26 18:07:00 GMT", "Mon Nov 23 18:07:00 2026",
        ]
    )
    func `what the org says is the moment of the poll, however far off`(header: String) async throws {
        let org = InProcessOrg.empty()
        let (report, moments, told) = try await poll(await session(header, org), org)
        let date = try #require(HTTPDate.parse(header))
        #expect(report.orgDate == date)
        #expect(moments == [date])
        #expect(told == ["CREATED it"])
    }

    @Test(
        arguments: [
            nil, "", "yesterday", "Monday, 23-Nov-26 18:07:00", "Mon Nov 23 18:07 2026",
            "Mon, 23 Nov 2026 18:07:00 GMT,Mon, 23 Nov 2026 18:07:00 GMT", "Mon, 23 Nov 2026 18:07:00:xx GMT",
        ] as [String?]
    )
    func `where it says none, or none that can be read, this machine's clock is the moment, and no org's is told`(
        header: String?
    ) async throws {
        let org = InProcessOrg.empty()
        let (report, moments, told) = try await poll(await session(header, org), org)
        #expect(report.orgDate == nil)
        #expect(moments == [org.machine.now])
        #expect(told == ["CREATED it"])
    }
}
