import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import SimulatedOrg
import Store
import Testing

/// Apex all the way: deployed into a simulated org, whose triggers then call the real receiver.
@Suite(.timeLimit(.minutes(20)))
struct ApexFlowTests {
    @Test func `an instance with webhooks is deployed at once, and its changes arrive in order`() async throws {
        try await ApexScene.run { scene in
            let overview = try await scene.engine.createInstance(scene.draft())
            #expect(overview.source.word == "LIVE", "\(overview.source)")
            #expect(await scene.org.deployedTriggers.count == 2)
            #expect(await scene.org.deployedClasses.count == 3)
            #expect(await scene.org.remoteSites.count == 1)
            let id = try await scene.org.create("Account", ["Name": "Nimbus"])
            try await scene.org.change("Account", id, ["Rating": "Hot"])
            // Apex leaves nulls out, so this one shows only beside the record as it was.
            try await scene.org.change("Account", id, ["Rating": .null])
            try await scene.org.delete("Account", id)
            try await scene.org.undelete("Account", id)
            #expect(
                await scene.next(5) == [
                    "CREATED Account", "UPDATED Account", "UPDATED Account", "DELETED Account", "UPDATED Account",
                ]
            )
            #expect(try await scene.sources() == [.webhook])
        }
    }

    @Test func `a production org is left alone, with the sentence that says what to do`() async throws {
        try await ApexScene.run {
            $0.isSandbox = false
        } _: { scene in
            let overview = try await scene.engine.createInstance(scene.draft())
            guard case .degraded(let reason, _, _) = overview.source else {
                Issue.record("\(overview.source)")
                return
            }
            #expect(reason.contains("signalbox apex export DIR"))
            #expect(reason.contains("Meanwhile a poll every 60 min"))
            #expect(await scene.org.deployedTriggers.isEmpty)
            let status = try await scene.engine.deployApex(overview.id, allowProduction: true)
            #expect(status.coverage.allSatisfy { $0.percent >= 75 } && !status.coverage.isEmpty)
            #expect(await scene.org.deployedTriggers.count == 2)
            #expect(try await scene.engine.instance(overview.id).source.word == "LIVE")
            await #expect { try await scene.engine.removeApex(overview.id) } throws: {
                ($0 as? ClientError)?.kind == .forbidden
            }
            // The instance goes, and says that its Apex stays.
            let report = try #require(try await scene.engine.deleteInstanceReporting(overview.id))
            #expect(report.hasPrefix("Its Apex stays in the org: This is a production org"))
        }
    }

    @Test func `other objects redeploy the difference, and polling takes the triggers out`() async throws {
        try await ApexScene.run { scene in
            let id = try await scene.engine.createInstance(scene.draft()).id
            let before = Set(await scene.org.deployedTriggers)
            let changed = try await scene.change(id) { $0.objects = ["Account", "Lead"] }
            #expect(changed.source.word == "LIVE", "\(changed.source)")
            let after = Set(await scene.org.deployedTriggers)
            #expect(before.subtracting(after).allSatisfy { $0.hasSuffix("Contact") } && after.count == 2)
            #expect(after.subtracting(before).map { $0.hasSuffix("Lead") } == [true])
            try await scene.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
            #expect(await scene.next(1) == ["CREATED Lead"])
            _ = try await scene.change(id) { $0.eventType = .polling }
            #expect(await scene.org.deployedTriggers.isEmpty)
            #expect(await scene.org.deployedClasses.isEmpty)
            #expect(await scene.org.remoteSites.isEmpty)
            #expect(try await scene.change(id) { $0.eventType = .webhooks }.source.word == "LIVE")
            #expect(Set(await scene.org.deployedTriggers) == after)
            #expect(try await scene.engine.deleteInstanceReporting(id) == "Its Apex was removed from the org.")
            #expect(await scene.org.deployedTriggers.isEmpty)
        }
    }

    /// The name of the package's test.
    private func test(_ project: [ApexFile]) throws -> String {
        let test = try #require(project.first { $0.path.hasSuffix("RelayTest.cls") }?.path)
        return String(test.split(separator: "/").last?.dropLast(4) ?? "")
    }

    @Test func `a sandbox whose rules are in the test's way gets the triggers untested`() async throws {
        try await ApexScene.run { scene in
            let id = try await scene.engine.createInstance(scene.draft { $0.deployApex = false }).id
            let name = try test(try await scene.engine.apexProject(id))
            await scene.org.setTestOutcome(failing: [name: "A validation rule is in the way"])
            #expect(try await scene.change(id) { $0.deployApex = true }.source.word == "LIVE")
            let last = try #require(try await scene.engine.apexStatus(id).last)
            #expect(last.isSuccess && last.failures.first == "It was deployed untested, as its test failed:")
            #expect(last.failures.contains { $0.contains("A validation rule is in the way") })
            #expect(await scene.org.deployedTriggers.count == 2)
        }
    }

    @Test func `what the org refuses stands in the state, and polls find the changes meanwhile`() async throws {
        try await ApexScene.run {
            $0.isSandbox = false
        } _: { scene in
            let id = try await scene.engine.createInstance(scene.draft { $0.deployApex = false }).id
            #expect(await scene.org.deployedTriggers.isEmpty)
            #expect(try await scene.engine.instance(id).source.word == "LIVE")
            let project = try await scene.engine.apexProject(id)
            #expect(project.filter(\.holdsSecret).map { $0.path.hasSuffix("Relay.cls") } == [true])
            let name = try test(project)
            await scene.org.setTestOutcome(failing: [name: "A validation rule is in the way"])
            await #expect(throws: ClientError.self) {
                try await scene.engine.deployApex(id, allowProduction: true)
            }
            let overview = try await scene.engine.instance(id)
            guard case .degraded(let reason, _, _) = overview.source else {
                Issue.record("\(overview.source)")
                return
            }
            #expect(reason.contains("A validation rule is in the way"))
            let status = try await scene.engine.apexStatus(id)
            #expect(status.running == nil && status.trouble?.contains("A validation rule is in the way") == true)
            let last = try #require(status.last)
            #expect(!last.isSuccess && last.failures.contains { $0.contains("A validation rule is in the way") })
            #expect(await scene.org.deployedTriggers.isEmpty)
            try await scene.org.create("Contact", ["LastName": "Vogel"])
            #expect(try await scene.engine.poll(id).result.created == 1)
            #expect(await scene.next(1) == ["CREATED Contact"])
            await scene.org.setTestOutcome()
            try await scene.engine.deployApex(id, allowProduction: true)
            #expect(try await scene.engine.apexStatus(id).last?.isSuccess == true)
            #expect(try await scene.engine.instance(id).source.word == "LIVE")
        }
    }

    @Test func `a rotated secret is deployed at once, and the one before is good for a day`() async throws {
        try await ApexScene.run { scene in
            let id = try await scene.engine.createInstance(scene.draft(["Account"])).id
            let before = try await scene.engine.storedInstance(id)
            #expect(try await scene.engine.rotateReceiverSecret(id).source.word == "LIVE")
            let after = try await scene.engine.storedInstance(id)
            #expect(after.receiverSecret != before.receiverSecret)
            #expect(after.formerReceiverSecrets.map(\.secret) == [before.receiverSecret])
            let expires = try #require(after.formerReceiverSecrets.first?.expires)
            #expect(try await scene.engine.apexStatus(id).previousSecretExpires == expires)
            #expect(abs(expires.since(after.updatedDate) - 86_400_000) < 1000)
            try await scene.org.create("Account", ["Name": "Nimbus"])
            #expect(await scene.next(1) == ["CREATED Account"])
            let body = Array("{}".utf8)
            let seconds = after.updatedDate.seconds
            let signature = StandardWebhooks(secret: before.receiverSecret)?.signature(
                id: "m",
                timestamp: seconds,
                body: body
            )
            #expect(throws: Never.self) {
                try scene.engine.verify(
                    ReceivedWebhook(id: "m", timestamp: String(seconds), signature: signature, body: body),
                    for: after
                )
            }
        }
    }

    @Test func `two instances share an org and its remote site`() async throws {
        try await ApexScene.run { scene in
            let first = try await scene.engine.createInstance(scene.draft(["Account"]))
            let second = try await scene.engine.createInstance(scene.draft(["Account"]))
            #expect([first, second].map(\.source.word) == ["LIVE", "LIVE"], "\(second.source)")
            #expect(await scene.org.deployedTriggers.count == 2)
            #expect(await scene.org.remoteSites.count == 1)
            try await scene.org.create("Account", ["Name": "Nimbus"])
            #expect(await scene.next(2) == ["CREATED Account", "CREATED Account"])
            try await scene.engine.deleteInstance(first.id)
            #expect(await scene.org.remoteSites.count == 1)
            try await scene.org.create("Account", ["Name": "Stratus"])
            #expect(await scene.next(1) == ["CREATED Account"])
            try await scene.engine.deleteInstance(second.id)
            #expect(await scene.org.remoteSites.isEmpty)
        }
    }

    @Test func `progress is told, and removing says what is missing then`() async throws {
        try await ApexScene.run { scene in
            let id = try await scene.engine.createInstance(scene.draft(["Account"]) { $0.deployApex = false }).id
            let seen = Progress()
            try await scene.engine.deployApex(id) { seen.add($0.status) }
            #expect(seen.all == ["Pending", "InProgress", "Succeeded"])
            #expect(try await scene.engine.apexStatus(id).deployed?.objects == ["Account"])
            try await scene.engine.removeApex(id)
            #expect(await scene.org.deployedTriggers.isEmpty)
            guard case .degraded(let reason, _, _) = try await scene.engine.instance(id).source else {
                Issue.record("nothing is said")
                return
            }
            #expect(reason.contains("were removed from the org"))
        }
    }
}
