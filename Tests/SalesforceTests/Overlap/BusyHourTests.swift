import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// What an hour of a busy org downloads.
struct BusyHourTests {
    @Test(arguments: [1, 5, 15])
    func `A busy object's rows are downloaded twice, and little beside`(minutes: Int) async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await org.org.seed("Account", count: 1)
        await org.advance(seconds: 3600)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        var (rows, told, calls) = (0, 0, APICalls())
        for second in stride(from: 15, through: 95 * 60, by: 15) {
            await org.advance(seconds: 15)
            try await org.org.seed("Account", count: 40)
            guard second.isMultiple(of: minutes * 60) else { continue }
            let report = try await session.poll(ledger.request(["Account"]), into: ledger)
            let events = await ledger.takeEvents().count
            guard second > 35 * 60 else { continue }
            rows += report.rowsRead
            told += events
            calls.add(report.calls)
        }
        print("busy hour at \(minutes) min: \(told) told, \(rows) rows, \(calls.named)")
        #expect(told == 9600)
        #expect(rows <= 2 * told + 60 / minutes * 700)
    }
}
