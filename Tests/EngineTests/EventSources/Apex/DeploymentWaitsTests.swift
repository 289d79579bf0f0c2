import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// Deployments that an org leaves in its queue.
@Suite(.timeLimit(.minutes(20)))
struct DeploymentWaitsTests {
    private let clock = ManualClock()

    private func run<T: Sendable>(_ body: (EngineFixture, DeployingOrg) async throws -> T) async throws -> T {
        let org = DeployingOrg(ScriptedOrg(clock: clock))
        var options = EngineOptions()
        options.receiverBaseURL = "https://hooks.example"
        return try await EngineFixture.run(org, clock: clock, options: options) { try await body($0, org) }
    }

    /// Creates an instance whose triggers the org has in its queue when this returns.
    private func begin(_ fixture: EngineFixture, _ org: DeployingOrg) async throws -> Task<
        InstanceOverview, any Error
    > {
        let engine = fixture.engine
        let making = Task { try await engine.createInstance(.sample(type: .webhooks)) }
        try await waitUntil("the deployment is posted") { org.snapshot.posts == ["deploy"] }
        return making
    }

    @Test func `looks become rarer, down to one in thirty times the first wait`() {
        let pauses = (0..<40).map { DeploymentWaits.pause(1000, after: $0) }
        #expect(pauses.prefix(4) == [1000, 1500, 2250, 3375])
        #expect(pauses == pauses.sorted() && pauses.last == 30_000)
        let looks = pauses.reduce(into: (sum: Int64(0), count: 0)) { found, pause in
            found.sum += pause
            if found.sum < Limit.deployment.milliseconds { found.count += 1 }
        }
        #expect(looks.count < 30)
    }

    @Test func `what stays in the queue is waited for no longer than the limit, and the state says so`() async throws {
        try await run { fixture, org in
            let making = try await begin(fixture, org)
            let id = try #require(try await fixture.engine.instances().first?.id)
            try await waitUntil("it is waited for no longer") {
                clock.advance(seconds: 20)
                return try await fixture.engine.apexStatus(id).running == nil
            }
            let made = try await making.value
            guard case .degraded(let reason, _, _) = made.source else {
                Issue.record("\(made.source)")
                return
            }
            #expect(reason.contains("is still under way in the org after 10 min (Pending: 0 of 0 components)"))
            #expect(reason.contains("Deployment Status"))
        }
    }

    @Test func `a deletion ends the wait`() async throws {
        try await run { fixture, org in
            let making = try await begin(fixture, org)
            let id = try #require(try await fixture.engine.instances().first?.id)
            org.script { $0.answer = .succeeded }
            try await fixture.engine.deleteInstance(id)
            #expect(try await fixture.store.instances().isEmpty)
            _ = await making.result
        }
    }

    @Test func `the end of the program ends the wait`() async throws {
        let making = try await run { fixture, org in try await begin(fixture, org) }
        _ = await making.result
    }

    @Test func `a wait that is cut short says why, unless it is the deletion's own`() async throws {
        let waits = DeploymentWaits()
        let (clock, moment) = (clock, clock.due.advanced(bySeconds: 60))
        let waiting = Task { try await waits.wait(until: moment, by: clock, isWithdrawal: false) }
        try await waitUntil("it waits") { clock.isAwaited(moment) }
        waits.endForDeletion()
        await #expect(throws: ClientError.self) { try await waiting.value }
        #expect(throws: ClientError.self) { try waits.admit(isWithdrawal: false) }
        #expect(throws: Never.self) { try waits.admit(isWithdrawal: true) }
        waits.reopen()
        #expect(throws: Never.self) { try waits.admit(isWithdrawal: false) }
        waits.stop()
        #expect(throws: ClientError.self) { try waits.admit(isWithdrawal: true) }
    }
}
