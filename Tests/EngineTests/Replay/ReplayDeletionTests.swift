import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// Bulk replays of an instance whose deletion takes its time, or fails.
@Suite(.timeLimit(.minutes(20)))
struct ReplayDeletionTests {
    /// An engine with four delivered events, one of which a bulk replay has sent by now.
    private func run(
        store wrap: @escaping (any EventStore) -> any EventStore,
        _ body: (EngineFixture, ReplayJob, CallbackServer, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await CallbackServer.run { server in
            try await EngineFixture.run(org, clock: clock, store: wrap) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, key: "12345"))
                let rows = (1...4).map { Observation.row($0, name: "n\($0)", stamp: clock.now, created: clock.now) }
                org.script { $0.pages = [rows] }
                _ = try await fixture.engine.poll(made.id)
                try await fixture.engine.waitForDeliveries(.delivered, count: 4)
                org.script { $0.pages = [] }
                let job = try await fixture.engine.createReplayJob(made.id, filter: .init(), rate: 1)
                try await fixture.engine.waitUntil { try await fixture.store.replayJob(job.id)?.done == 1 }
                try await body(fixture, job, server, clock)
            }
        }
    }

    @Test func `while its instance is being deleted a bulk replay sends and stores nothing`() async throws {
        let (hanging, gate) = (HangingCalls(), Gate())
        try await run(store: { DyingStore($0, hanging: hanging) }) { fixture, job, server, clock in
            let engine = fixture.engine
            let sent = server.received.count
            hanging.hang(.deleteInstance, on: gate)
            let deletion = Task { try await engine.deleteInstance(job.instanceID) }
            try await waitUntil("the instance is gone") { hanging.isHanging(.deleteInstance) }
            #expect(try await fixture.store.replayJob(job.id)?.state == .cancelled)
            // Of those that would go on with it by then, one a second.
            for _ in 1...3 {
                clock.advance(seconds: 1)
                try await fixture.waitForLaterSend()
            }
            #expect(server.received.count == sent)
            #expect(try await fixture.store.replayJob(job.id)?.state == .cancelled)
            await #expect(throws: ClientError.self) {
                try await engine.changeReplayJob(job.id, isPaused: false, rate: 100)
            }
            gate.open()
            try await deletion.value
            let ended = try await fixture.store.replayJob(job.id)
            #expect(ended?.state == .cancelled && ended?.done == 1 && server.received.count == sent)
        }
    }

    @Test func `where the instance can't be deleted its bulk replay goes on`() async throws {
        func wrap(_ disk: any EventStore) -> any EventStore {
            let store = DyingStore(disk)
            store.refuse { $0 == "deleteInstance(_:)" }
            return store
        }
        try await run(store: wrap) { fixture, job, server, clock in
            await #expect(throws: (any Error).self) { try await fixture.engine.deleteInstance(job.instanceID) }
            try await fixture.engine.waitUntil {
                if try await fixture.store.replayJob(job.id)?.state == .completed { return true }
                clock.advance(seconds: 1)
                return false
            }
            let ended = try await fixture.store.replayJob(job.id)
            #expect(ended?.succeeded == 4 && ended?.failed == 0 && server.received.count == 8)
        }
    }
}
