import Domain
import EngineAPI
import Primitives
import RemoteEngine
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// Apex whose deployment nobody saw end goes with its instance, too.
@Suite(.timeLimit(.minutes(20)))
struct ApexRemainsTests {
    private let clock = ManualClock()

    private func run(
        store wrap: (any EventStore) -> any EventStore = { $0 },
        _ body: (EngineFixture, DeployingOrg) async throws -> Void
    ) async throws {
        let org = DeployingOrg(ScriptedOrg(clock: clock))
        var options = EngineOptions()
        options.receiverBaseURL = "https://hooks.example"
        try await EngineFixture.run(org, clock: clock, options: options, store: wrap) { try await body($0, org) }
    }

    @Test func `what is being deployed is removed by a deletion`() async throws {
        try await run { fixture, org in
            let engine = fixture.engine
            let making = Task { try await engine.createInstance(.sample(type: .webhooks)) }
            try await waitUntil("the deployment is posted") { org.snapshot.posts == ["deploy"] }
            let id = try #require(try await engine.instances().first?.id)
            org.script { $0.answer = .succeeded }
            #expect(try await engine.deleteInstanceReporting(id) == "Its Apex was removed from the org.")
            #expect(org.snapshot.posts == ["deploy", "remove"])
            _ = await making.result
        }
    }

    @Test func `what the org took without an answer is removed by a deletion`() async throws {
        try await run { fixture, org in
            org.script { $0.lostAnswer = SalesforceError(.transient, "The answer was lost.") }
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            let stored = try await fixture.store.instance(id)?.apex
            #expect(stored?.underWay == ["Account", "Contact"] && stored?.isDeployed == false)
            org.script {
                $0.lostAnswer = nil
                $0.answer = .succeeded
            }
            #expect(try await fixture.engine.deleteInstanceReporting(id) == "Its Apex was removed from the org.")
            #expect(org.snapshot.posts == ["deploy", "remove"])
        }
    }

    @Test func `a switch to polling meanwhile removes what is being deployed`() async throws {
        try await run { fixture, org in
            let engine = fixture.engine
            let making = Task { try await engine.createInstance(.sample(type: .webhooks)) }
            try await waitUntil("the deployment is posted") { org.snapshot.posts == ["deploy"] }
            let id = try #require(try await engine.instances().first?.id)
            let changing = Task { try await engine.updateInstance(id, InstanceDraft.sample().withoutCode) }
            try await waitUntil("the settings are others") {
                try await engine.instance(id).configuration.eventType == .polling
            }
            org.script { $0.answer = .succeeded }
            try await waitUntil("the removal is posted") {
                clock.advance(seconds: 1)
                return org.snapshot.posts == ["deploy", "remove"]
            }
            _ = try await (making.value, changing.value)
            #expect(try await fixture.store.instance(id)?.apex?.mayBeDeployed == false)
            #expect(org.snapshot.posts == ["deploy", "remove"])
        }
    }

    @Test func `what becomes of the Apex because of something else is in the audit trail, too`() async throws {
        try await run { fixture, org in
            let engine = fixture.engine
            org.script { $0.answer = .succeeded }
            func isWritten(_ action: AuditEntry.Action) async throws -> Bool {
                clock.advance(seconds: 1)
                return try await engine.auditEntries(before: nil, limit: 10).contains { $0.action == action }
            }
            let making = Task {
                try await Actor.$current.withValue("terminal ada") {
                    try await engine.createInstance(.sample(type: .webhooks))
                }
            }
            try await waitUntil("the deployment is written down") { try await isWritten(.deployApex) }
            let id = try await making.value.id
            let changing = Task {
                try await Actor.$current.withValue("token deploy-bot") {
                    try await engine.updateInstance(id, InstanceDraft.sample().withoutCode)
                }
            }
            try await waitUntil("the removal is written down") { try await isWritten(.removeApex) }
            _ = try await changing.value
            let apex = try await engine.auditEntries(before: nil, limit: 10)
                .filter { [AuditEntry.Action.deployApex, .removeApex].contains($0.action) }
            #expect(apex.map(\.action) == [.removeApex, .deployApex])
            #expect(apex.map(\.actor) == ["token deploy-bot", "terminal ada"])
            #expect(apex.allSatisfy { $0.failure == nil && $0.instance == id && $0.subject == "as the settings ask" })
        }
    }

    @Test func `where nothing can be stored the Apex stays with its instance`() async throws {
        let isRefused = Locked(false)
        func wrap(_ disk: any EventStore) -> any EventStore {
            let store = DyingStore(disk)
            store.refuse { name in
                ["updateInstance(_:)", "deleteInstance(_:)"].contains(name) && isRefused.withLock { $0 }
            }
            return store
        }
        try await run(store: wrap) { fixture, org in
            org.script { $0.answer = .succeeded }
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            isRefused.withLock { $0 = true }
            await #expect(throws: (any Error).self) { try await fixture.engine.deleteInstance(id) }
            #expect(org.snapshot.posts == ["deploy"])
            let source = try await fixture.engine.instance(id).source
            #expect(source.word == "LIVE", "\(source)")
            isRefused.withLock { $0 = false }
            #expect(try await fixture.engine.deleteInstanceReporting(id) == "Its Apex was removed from the org.")
        }
    }

    @Test func `who deletes by way of another node hears what became of the Apex, too`() async throws {
        try await run { fixture, org in
            org.script { $0.answer = .succeeded }
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            try await ServedEngine.run(fixture.engine) { address in
                let remote = ServedEngine.client { address }
                let report = try await remote.deleteInstanceReporting(id)
                #expect(report == "Its Apex was removed from the org.")
            }
        }
    }

    @Test func `a deployment that the org undid leaves nothing to remove`() async throws {
        try await run { fixture, org in
            org.script { $0.answer = .failed }
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            #expect(try await fixture.engine.deleteInstanceReporting(id) == nil)
            #expect(org.snapshot.posts == ["deploy"])
        }
    }
}
