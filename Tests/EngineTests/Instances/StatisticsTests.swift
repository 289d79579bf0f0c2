import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@Suite(.embeddedAndRemote)
struct StatisticsTests {
    @Test func `an instance tells its polls, those that fail too, and what they cost`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let id = try await fixture.client.createInstance(.sample()).id
            org.script { script in
                let rows = (1...3).map { Observation.row($0, name: "n", stamp: clock.now, created: clock.now) }
                script.pages = [rows]
            }
            clock.advance(seconds: 10)
            _ = try await fixture.client.poll(id)
            org.script { $0.error = SalesforceError(.unreachable, "The org can't be reached.") }
            clock.advance(seconds: 10)
            await #expect(throws: (any Error).self) { try await fixture.client.poll(id) }
            let statistics = try await fixture.client.statistics(of: id)
            let polls = try #require(statistics.instance?.polls)
            #expect(polls.suffix(2).map(\.isFaulty) == [false, true])
            #expect(polls.suffix(2).map(\.events) == [3, 0])
            #expect(polls.suffix(2).map { clock.now.since($0.at) } == [10_000, 0])
            #expect(statistics.instance?.id == id)
            #expect(statistics.instance?.events.objects.map(\.counts.total) == [3])
            #expect(statistics.instances[id]?.perMinute == 3)
            // Nobody knows how much is free beside PostgreSQL.
            let isKnown = await fixture.store.freeBytes() != nil
            #expect((statistics.freeBytes != nil) == isKnown)
            // All instances alone, and one that is not there.
            let all = try await fixture.client.statistics(of: nil)
            #expect(all.instance == nil && all.instances == statistics.instances)
            await #expect { try await fixture.client.statistics(of: 4711) } throws: {
                ($0 as? ClientError)?.kind == .notFound
            }
        }
    }
}
