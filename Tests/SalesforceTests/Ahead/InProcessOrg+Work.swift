import Primitives
import Salesforce
import SimulatedOrg

extension InProcessOrg {
    /// The org's time.
    var now: Timestamp { get async { Timestamp(seconds: Int64(await org.now)) } }

    /// Creates a record and polls, again and again after so many seconds; what was told, and what had to be.
    func work(
        _ ledger: MemoryLedger,
        _ session: any OrgSession,
        overlap: Int = 900,
        rounds: Int,
        seconds: Int = 60
    ) async throws -> (told: [String], expected: [String]) {
        var (told, expected): ([String], [String]) = ([], [])
        for round in 0..<rounds {
            await advance(seconds: seconds)
            let id = try await org.create("Account", ["Name": .string("\(round)")])
            expected.append("CREATED \(id)")
            try await session.poll(ledger.request(["Account"], overlapSeconds: overlap), into: ledger)
            told += await ledger.log()
        }
        return (told, expected)
    }
}
