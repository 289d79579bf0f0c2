import Domain
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// Instances that can't be deleted.
@Suite(.timeLimit(.minutes(20)))
struct DeletionTests {
    @Test func `an instance that the store can't delete runs on as before`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        let isRefused = Locked(true)
        func wrap(_ disk: any EventStore) -> any EventStore {
            let store = DyingStore(disk)
            store.refuse { $0 == "deleteInstance(_:)" && isRefused.withLock { $0 } }
            return store
        }
        try await EngineFixture.run(org, clock: clock, store: wrap) { fixture in
            let id = try await fixture.engine.createInstance(.sample()).id
            let before = org.snapshot.polls
            await #expect(throws: (any Error).self) { try await fixture.engine.deleteInstance(id) }
            #expect(org.snapshot.revoked == 0)
            _ = try await fixture.engine.poll(id)
            #expect(org.snapshot.polls == before + 1)
            let next = try #require(try await fixture.engine.instance(id).nextPoll)
            clock.advance(milliseconds: next.since(clock.now))
            try await waitUntil("it is polled by itself") { org.snapshot.polls > before + 1 }
            isRefused.withLock { $0 = false }
            try await fixture.engine.deleteInstance(id)
            #expect(try await fixture.store.instances().isEmpty)
            #expect(org.snapshot.revoked == 1)
        }
    }

    @Test(arguments: [true, false])
    func `whoever asked for a poll hears what ended it`(isDeletion: Bool) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let engine = fixture.engine
            let id = try await engine.createInstance(.sample()).id
            let gate = Gate()
            org.script { state in
                state.gate = gate
                state.heedsCancellation = true
                state.pages = [[.row(1, name: "Late", stamp: clock.now, created: clock.now)]]
            }
            let before = org.snapshot.polls
            let asked = Task { try await engine.poll(id) }
            try await waitUntil("it is polled") { org.snapshot.polls > before }
            let end = Task {
                if isDeletion {
                    try await engine.deleteInstance(id)
                } else {
                    _ = try await engine.setEnabled(id, false)
                }
            }
            if !isDeletion {
                let poller = try await engine.directory.entry(id).sources.poller
                try await waitUntil("the poller knows") { await !poller.instance.isActive }
                gate.open()
            }
            let result = await asked.result
            try await end.value
            let fault = #expect(throws: ClientError.self) { _ = try result.get() }
            #expect(fault?.kind == (isDeletion ? .notFound : .conflict), "\(fault?.message ?? "")")
        }
    }

    @Test func `a deletion says where the org did not end the grant`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let ended = try await fixture.client.createInstance(.sample()).id
            #expect(try await fixture.client.deleteInstanceReporting(ended) == nil)
            let lasting = try await fixture.client.createInstance(.sample()).id
            org.script { $0.revokeError = SalesforceError(.refused, "It answered HTTP 503.") }
            let report = try await fixture.client.deleteInstanceReporting(lasting)
            #expect(report?.contains("HTTP 503. Revoke it there") == true, "\(report ?? "")")
            #expect(try await fixture.client.instances().isEmpty)
        }
    }
}
