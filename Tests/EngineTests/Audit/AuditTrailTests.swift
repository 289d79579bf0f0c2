import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// What people did is written down: by whom, to what, and whether it was refused; never a secret.
struct AuditTrailTests {
    @Test func `changes name their settings with old and new values, secrets by their keys alone`() async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let engine = fixture.engine
            let made = try await Actor.$current.withValue("terminal ada") {
                try await engine.createInstance(.sample(type: .webhooks))
            }
            var draft = InstanceDraft(name: made.name, configuration: made.configuration)
            draft.configuration.callbackURL = "http://127.0.0.1:9/other"
            draft.configuration.signatureKey = "a-key-that-nobody-may-read"
            _ = try await Actor.$current.withValue("token deploy-bot") { [draft] in
                try await engine.updateInstance(made.id, draft)
            }
            let entries = try await engine.auditEntries(before: nil, limit: 10)
            #expect(entries.map(\.action) == [.updateInstance, .createInstance])
            #expect(entries.map(\.actor) == ["token deploy-bot", "terminal ada"])
            let subject = entries.first?.subject ?? ""
            #expect(subject.contains("→ http://127.0.0.1:9/other"))
            #expect(subject.contains("event.notification.signature.key"))
            #expect(!subject.contains("nobody-may-read"))
            #expect(entries.last?.subject == "instance \(made.id): \(made.name)")
        }
    }

    @Test func `a bulk replay is named by its number, which reads as no count`() async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let engine = fixture.engine
            await #expect(throws: ClientError.self) { try await engine.cancelReplayJob(11) }
            await #expect(throws: ClientError.self) { try await engine.changeReplayJob(11, isPaused: true, rate: nil) }
            await #expect(throws: ClientError.self) { try await engine.changeReplayJob(11, isPaused: nil, rate: nil) }
            let entries = try await engine.auditEntries(before: nil, limit: 10)
            #expect(entries.map(\.subject) == ["bulk replay 11", "bulk replay 11: pause", "bulk replay 11"])
        }
    }

    @Test func `what was refused is there with its reason, and what is only looked at isn't`() async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let engine = fixture.engine
            await #expect(throws: ClientError.self) { try await engine.replay(eventID: "nothing", options: .init()) }
            await #expect(throws: ClientError.self) { try await engine.deleteInstance(77) }
            _ = try await engine.instances()
            _ = try await engine.events(PageRequest())
            let entries = try await engine.auditEntries(before: nil, limit: 10)
            #expect(entries.map(\.action) == [.deleteInstance, .replayEvent])
            #expect(entries.map(\.instance) == [77, nil])
            #expect(entries.allSatisfy { $0.failure?.isEmpty == false })
            #expect(try await engine.auditEntries(before: entries.first?.id, limit: 10).map(\.action) == [.replayEvent])
        }
    }
}
