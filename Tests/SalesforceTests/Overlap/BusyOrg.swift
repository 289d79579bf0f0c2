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

    /// `count` rows, so many a second, and a poll a minute later. `late` works in a transaction that began before them and
    /// is open since, when half of them are there: its stamps are theirs, and nobody sees what it did yet.
    init(
        _ count: Int = 600,
        each second: Int = 30,
        limits: OverlapLimits = .init(familiar: 25, unsettled: 250, page: 250),
        late: ((Org, _ transaction: Int, _ rows: [String]) async throws -> Void)? = nil
    ) async throws {
        org = InProcessOrg.empty()
        session = await org.session()
        self.limits = limits
        // By its stamp the first poll knows the org's time.
        try await org.org.create("Account", ["Name": "first"])
        await org.advance(seconds: 3600)
        try await org.org.create("Account", ["Name": "second"])
        try await poll()
        await org.advance(seconds: 60)
        if late != nil { transaction = await org.org.openTransaction() }
        while rows.count < count {
            rows += try await org.org.seed("Account", count: min(second, count - rows.count))
            if rows.count >= count / 2, rows.count < count / 2 + second { try await late?(org.org, transaction, rows) }
            await org.advance(seconds: 1)
        }
        await org.advance(seconds: 60)
        for _ in 0..<3 {
            try await poll()
            await org.advance(seconds: 60)
        }
        await ledger.takeEvents()
    }

    /// What the transaction did shows from now on.
    func commit() async throws { try await org.org.commit(transaction) }

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
