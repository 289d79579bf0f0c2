import Domain
import Primitives
import Salesforce
import SimulatedOrg

/// An org with many rows in the overlap that a poll has told, and nothing new since.
struct BusyOrg {
    let org: InProcessOrg
    let ledger = MemoryLedger()
    let session: any OrgSession
    private(set) var rows: [String] = []
    /// In which some rows can come late; it began before all of them.
    private(set) var transaction = 0
    var limits: OverlapLimits

    /// `count` rows, so many a second, and a poll a minute later. `hasOpenTransaction` lets the org say all along that rows may
    /// still come late.
    init(
        _ count: Int,
        each second: Int = 250,
        hasOpenTransaction: Bool = false,
        limits: OverlapLimits = .init(),
        _ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }
    ) async throws {
        org = InProcessOrg.empty(change)
        session = await org.session()
        self.limits = limits
        // By its stamp the first poll knows the org's time.
        try await org.org.create("Account", ["Name": "first"])
        await org.advance(seconds: 3600)
        try await org.org.create("Account", ["Name": "second"])
        try await poll()
        await org.advance(seconds: 60)
        if hasOpenTransaction { transaction = await org.org.openTransaction() }
        while rows.count < count {
            rows += try await org.org.seed("Account", count: min(second, count - rows.count))
            await org.advance(seconds: 1)
        }
        await org.advance(seconds: 60)
        try await poll()
        await ledger.takeEvents()
        await org.advance(seconds: 60)
    }

    @discardableResult
    func poll(reconcile: Bool = false) async throws -> PollReport {
        var request = await ledger.request(["Account"], reconcile: reconcile)
        request.overlapLimits = limits
        return try await session.poll(request, into: ledger)
    }

    /// What a poll told, and the calls of the org's allowance that it took.
    func told(reconcile: Bool = false) async throws -> (events: [String], calls: Int) {
        let before = await org.org.callsUsed
        let report = try await poll(reconcile: reconcile)
        let calls = await org.org.callsUsed - before
        precondition(calls == report.apiCalls)
        return (await ledger.log(), calls)
    }

    /// What the next polls told, a minute between them.
    func told(polls: Int) async throws -> [String] {
        var events: [String] = []
        for _ in 0..<polls {
            events += try await told().events
            await org.advance(seconds: 60)
        }
        return events
    }
}
