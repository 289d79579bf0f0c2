import Domain
import EngineAPI
import Foundation
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// Removals whose end nobody saw, and deployments that would come behind one.
@Suite(.timeLimit(.minutes(20)))
struct ApexRemovalTests {
    private let clock = ManualClock()

    /// With an instance whose triggers are in the org.
    private func run(_ body: (EngineFixture, DeployingOrg, InstanceID) async throws -> Void) async throws {
        let org = DeployingOrg(ScriptedOrg(clock: clock))
        org.script { $0.answer = .succeeded }
        var options = EngineOptions()
        options.receiverBaseURL = "https://hooks.example"
        try await EngineFixture.run(org, clock: clock, options: options) { fixture in
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            #expect(try await fixture.store.instance(id)?.apex?.objects == ["Account", "Contact"])
            try await body(fixture, org, id)
        }
    }

    @Test func `triggers whose removal nobody saw end are deployed when they are asked for again`() async throws {
        try await run { fixture, org, id in
            let engine = fixture.engine
            org.script { $0.answer = .pending }
            let changing = Task { try await engine.updateInstance(id, InstanceDraft.sample().withoutCode) }
            try await waitUntil("the removal is waited for no longer") {
                clock.advance(seconds: 20)
                guard org.snapshot.posts == ["deploy", "remove"] else { return false }
                return try await engine.apexStatus(id).running == nil
            }
            _ = try await changing.value
            let left = try await fixture.store.instance(id)?.apex
            #expect(left?.underWay == ["Account", "Contact"] && left?.isDeployed == false)
            org.script { $0.answer = .succeeded }
            _ = try await engine.updateInstance(id, InstanceDraft.sample(type: .webhooks).withoutCode)
            #expect(org.snapshot.posts == ["deploy", "remove", "deploy"])
            let apex = try await fixture.store.instance(id)?.apex
            #expect(apex?.objects == ["Account", "Contact"] && apex?.underWay == [])
        }
    }

    @Test func `a deployment that the end of the work leaves behind a removal is said to be missing`() async throws {
        try await run { fixture, org, id in
            let engine = fixture.engine
            org.script { $0.answer = .pending }
            let changing = Task { try await engine.updateInstance(id, InstanceDraft.sample().withoutCode) }
            try await waitUntil("the removal is posted") { org.snapshot.posts == ["deploy", "remove"] }
            let again = Task { try await engine.updateInstance(id, InstanceDraft.sample(type: .webhooks).withoutCode) }
            let apex = try await engine.directory.entry(id).sources.apex
            try await waitUntil("the triggers are wanted again") { apex.deploying.waiting == 1 }
            await apex.stop()
            _ = try await (changing.value, again.value)
            #expect(org.snapshot.posts == ["deploy", "remove"])
            guard case .degraded(let reason, _, _) = try await engine.instance(id).source else {
                Issue.record("nothing is said")
                return
            }
            #expect(reason.hasPrefix("Deploying the Apex triggers was not finished; deploy them again."), "\(reason)")
        }
    }

    @Test func `the remote site of a former address goes by the next deployment or removal`() async throws {
        try await run { fixture, org, id in
            let former = "https://former.example/elements/x"
            let watched = try await fixture.engine.directory.entry(id).watched
            func move() async throws {
                _ = try await watched.edit(in: fixture.store) { $0.apex?.receiverURL = former }
            }
            let (own, old) = (ApexPackage.siteName(of: "https://hooks.example"), ApexPackage.siteName(of: former))
            func removed() throws -> String {
                let parts = org.snapshot.body.components(separatedBy: "destructiveChanges")
                return try #require(parts.count > 1 ? parts[1] : nil)
            }
            try await move()
            try await fixture.engine.deployApex(id)
            #expect(try removed().contains("<members>\(old)</members>"))
            #expect(try !removed().contains("<members>\(own)</members>"))
            // It is gone by now.
            try await fixture.engine.deployApex(id)
            #expect(!org.snapshot.body.contains(old))
            try await move()
            _ = try await fixture.engine.updateInstance(id, InstanceDraft.sample().withoutCode)
            #expect(try removed().contains("<members>\(old)</members>"))
            #expect(try removed().contains("<members>\(own)</members>"))
        }
    }

    @Test func `triggers whose removal the org undid are there as before`() async throws {
        try await run { fixture, org, id in
            org.script { $0.answer = .failed }
            _ = try await fixture.engine.updateInstance(id, InstanceDraft.sample().withoutCode)
            let apex = try await fixture.store.instance(id)?.apex
            #expect(apex?.objects == ["Account", "Contact"] && apex?.underWay == [] && apex?.problem == nil)
            org.script { $0.answer = .succeeded }
            _ = try await fixture.engine.updateInstance(id, InstanceDraft.sample(type: .webhooks).withoutCode)
            #expect(org.snapshot.posts == ["deploy", "remove"])
        }
    }

    @Test(arguments: [("CONNECTION_BROKEN", true), ("ANSWER_TOO_LARGE", true), ("INVALID_FIELD", false)])
    func `only the org's own refusal says that nothing was deployed`(code: String, mayBeThere: Bool) async throws {
        try await run { fixture, org, _ in
            org.script { $0.lostAnswer = SalesforceError(.refused, "Refused.", code: code) }
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            let stored = try await fixture.store.instance(id)?.apex
            #expect(stored?.mayBeDeployed == mayBeThere)
            #expect(stored?.problem == "Refused.")
        }
    }

    @Test func `a change of the org during a deletion deploys nothing behind it`() async throws {
        try await run { fixture, org, id in
            let engine = fixture.engine
            org.script { $0.answer = .pending }
            let deleting = Task { try await engine.deleteInstanceReporting(id) }
            try await waitUntil("the removal is posted") { org.snapshot.posts == ["deploy", "remove"] }
            org.org.script { $0.organization = ("00D000000000002EAA", "Other") }
            var draft = InstanceDraft.sample(type: .webhooks) { $0.apiKey = "another" }
            draft.authorizationCode = "c2"
            draft.allowsOtherOrganization = true
            let changing = Task { [draft] in try await engine.updateInstance(id, draft) }
            let deploying = try await engine.directory.entry(id).sources.apex.deploying
            try await waitUntil("the change wants its triggers") { deploying.waiting == 1 }
            org.script { $0.answer = .succeeded }
            try await waitUntil("the instance is deleted") {
                clock.advance(seconds: 1)
                return try await fixture.store.instances().isEmpty
            }
            #expect(try await deleting.value == "Its Apex was removed from the org.")
            _ = await changing.result
            #expect(org.snapshot.posts == ["deploy", "remove"])
        }
    }

    @Test func `nothing is deployed for an instance that is gone by then`() async throws {
        try await run { fixture, org, id in
            let engine = fixture.engine
            let (gate, asked) = (Gate(), org.snapshot.questions)
            org.script { $0.gate = gate }
            let deploying = Task { try await engine.deployApex(id) }
            try await waitUntil("the org is asked what it is") { org.snapshot.questions > asked }
            try await engine.directory.entry(id).watched.remove()
            gate.open()
            await #expect(throws: ClientError.self) { try await deploying.value }
            #expect(org.snapshot.posts == ["deploy"])
        }
    }

    @Test func `a removal that the end of the work cuts short may be done or not`() async throws {
        try await run { fixture, org, id in
            let engine = fixture.engine
            org.script { $0.answer = .pending }
            let deleting = Task { try await engine.deleteInstanceReporting(id) }
            try await waitUntil("the removal is posted") { org.snapshot.posts == ["deploy", "remove"] }
            try await engine.directory.entry(id).sources.apex.stop()
            let report = try #require(try await deleting.value)
            #expect(report.hasPrefix("Its Apex may stay in the org: Signalbox ends its work"), "\(report)")
        }
    }

    @Test func `a cancellation is no poll's`() {
        let trace = DeploymentTrace()
        let before = trace.report(CancellationError(), of: .removing) as? ClientError
        #expect(before?.message == "The removal of the Apex triggers was ended before it began.")
        trace.posts()
        let after = trace.report(CancellationError(), of: .removing) as? ClientError
        #expect(
            after?.message == "The removal of the Apex triggers is waited for no longer; it goes on in the org."
        )
        #expect(trace.isOpen && !trace.isUndone)
    }
}
