import EngineTestSupport
import Primitives
import SimulatedOrg
import TestSupport
import Testing

struct BusinessActivityTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `Random business is the same for the same seed and keeps the org consistent`(seed: UInt64) async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.seed = seed
        let first = Org(configuration: configuration, clock: .virtual)
        let second = Org(configuration: configuration, clock: .virtual)
        for _ in 0..<20 {
            await first.act(times: 25)
            await second.act(times: 25)
            await first.advanceClock(seconds: 1)
            await second.advanceClock(seconds: 1)
        }
        let history = await first.history()
        #expect(history == (await second.history()), "seed \(seed)")
        #expect(Set(history.map(\.kind)).isSuperset(of: [.created, .updated, .deleted]))
        #expect(history.count >= 400)
    }

    @Test func `What other services draw doesn't change the business`() async {
        let quiet = Org(configuration: .empty, clock: .virtual)
        let asked = Org(configuration: .empty, clock: .virtual)
        for _ in 0..<40 {
            await quiet.act(times: 5)
            _ = await asked.openSession()
            await asked.act(times: 5)
        }
        #expect(await quiet.history() == asked.history())
    }
}
