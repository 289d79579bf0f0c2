import EngineTestSupport
import Primitives
import SimulatedOrg
import TestSupport
import Testing

/// The org as an oracle: what a property test over thousands of histories builds on.
struct HistoryTests {
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `Every committed change can be found by its stamp, whatever the order of commits`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let client = await OrgClient()
        let org = client.org
        var open: [Int] = []
        for _ in 0..<200 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: open.append(await org.openTransaction())
            case 1: if let transaction = open.popLast() { try await org.commit(transaction) }
            case 2: await org.advanceClock(seconds: Int.random(in: 1...90, using: &random))
            case 3:
                if let id = try await org.ids("Lead").randomElement(using: &random) {
                    try? await org.delete("Lead", id)
                }
            case 4...6:
                if let id = try await org.ids("Lead").randomElement(using: &random) {
                    try? await org.change("Lead", id, ["Rating": "Hot"], in: open.randomElement(using: &random))
                }
            default:
                try await org.create(
                    "Lead",
                    ["LastName": "Vogel", "Company": "Nimbus"],
                    in: open.randomElement(using: &random)
                )
            }
        }
        for transaction in open { try await org.commit(transaction) }
        var latest: [String: Stamp] = [:]
        for change in await org.history() { latest[change.id] = change.stamp }
        let rows = await client.query(
            "SELECT Id, SystemModstamp FROM Lead WHERE SystemModstamp >= 2026-11-23T18:00:00Z ORDER BY SystemModstamp, Id",
            all: true
        )
        var found: [String: Stamp] = [:]
        var order: [String] = []
        for row in rows["records"]?.array ?? [] {
            let (id, stamp) = (row["Id"]?.string ?? "", row["SystemModstamp"]?.string ?? "")
            found[id] = StampFormat.stamp(stamp)
            order.append(stamp + id)
        }
        #expect(found == latest, "seed \(seed)")
        #expect(order == order.sorted(), "seed \(seed)")
    }

    @Test func `Two hundred orgs with forty polls each take seconds at most`() async throws {
        let clock = ContinuousClock()
        let duration = try await clock.measure {
            for seed in 0..<200 {
                var configuration = SimulatedOrgConfiguration.empty
                configuration.seed = UInt64(seed)
                let client = await OrgClient(configuration)
                let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
                for _ in 0..<40 {
                    try await client.org.change("Lead", id, ["Rating": "Hot"])
                    await client.org.advanceClock(seconds: 60)
                    _ = await client.send(
                        "GET",
                        "queryAll?q=SELECT+Id,Name,SystemModstamp,IsDeleted+FROM+Lead+WHERE+SystemModstamp+%3E=+2026-11-23T18:00:00Z+ORDER+BY+SystemModstamp,Id"
                    )
                }
            }
        }
        #expect(duration < .seconds(30))
        print("8,000 polls in \(duration)")
    }
}
