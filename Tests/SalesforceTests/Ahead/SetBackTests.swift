import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// An org whose clock, with its stamps and dates, was ahead when the first run began, and is put right then.
struct SetBackTests {
    @Test(arguments: [3600, 7200]) func `Records that were there are not told as new`(ahead: Int) async throws {
        let org = InProcessOrg.empty()
        await org.org.advanceClock(seconds: ahead)
        // What the org's time comes to within the next minutes can't be told from what is made then.
        await org.advance(seconds: 300)
        var old: [String] = []
        for number in 0..<10 {
            old.append(try await org.org.create("Account", ["Name": .string("old \(number)")]))
            await org.advance(seconds: ahead / 12)
        }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        var (told, expected) = try await org.work(ledger, session, rounds: 2)
        await org.advance(seconds: 60)
        await org.org.advanceClock(seconds: -ahead)
        for (rounds, seconds) in [(10, 60), (24, 600)] {
            let more = try await org.work(ledger, session, rounds: rounds, seconds: seconds)
            told += more.told
            expected += more.expected
        }
        #expect(told.sorted() == expected.sorted())
        // Nor is what becomes of them hidden.
        for id in old { try await org.org.change("Account", id, ["Industry": "Banking"]) }
        let last = try await org.work(ledger, session, rounds: 1)
        #expect(Set(last.told) == Set(last.expected + old.map { "UPDATED \($0)" }))
        let state = ResumeState(parsing: await ledger.records["Account"]?.resume)
        #expect(state.formerBaseline == nil)
    }
}
