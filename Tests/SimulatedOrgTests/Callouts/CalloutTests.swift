import Primitives
import SimulatedOrg
import Testing

struct CalloutTests {
    private func client(site: String = "https://hooks.example:8443") async throws -> OrgClient {
        let client = await OrgClient()
        let result = await client.deploy(RelayPackage.files(site: site), tests: ["HookRelayTest"])
        #expect(result["status"] == "Succeeded", "\(String(decoding: result.bytes, as: UTF8.self))")
        return client
    }

    @Test func `A deployed trigger posts what changed, signed`() async throws {
        let client = try await client()
        let id = try await client.org.create("Account", ["Name": "Nimbus"])
        try await client.org.change("Account", id, ["Rating": "Hot"])
        try await client.org.delete("Account", id)
        try await client.org.undelete("Account", id)
        try await client.org.touch("Account")
        try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        let callouts = await client.org.dequeueDueCallouts()
        let bodies = callouts.compactMap { try? JSON(parsing: $0.body) }
        #expect(bodies.compactMap { $0["operation"]?.string } == ["create", "update", "delete", "undelete"])
        #expect(callouts.allSatisfy { $0.url == RelayPackage.endpoint })
        #expect(bodies[1]["previous"]?[0]?["Rating"] == nil)
        #expect(bodies[1]["records"]?[0]?["Rating"] == "Hot")
        #expect(bodies[2]["records"]?[0]?["IsDeleted"] == false)
        #expect(bodies[0]["organizationId"]?.string == (await client.org.organizationID))
        let headers = callouts[0].headers(at: 1_614_265_330)
        #expect(headers["webhook-timestamp"] == "1614265330")
        #expect(headers["webhook-signature"]?.hasPrefix("v1,") == true)
        #expect(headers["webhook-id"]?.hasPrefix("msg_") == true)
    }

    @Test func `Four hundred and ten rows go out in messages of fifty, per chunk of two hundred`() async throws {
        let client = try await client()
        try await client.org.seed("Account", count: 410)
        let sizes = await client.org.dequeueDueCallouts().compactMap {
            try? JSON(parsing: $0.body)["records"]?.array?.count
        }
        #expect(sizes == [50, 50, 50, 50, 50, 50, 50, 50, 10])
    }

    @Test func `A rolled-back transaction sends nothing`() async throws {
        let client = try await client()
        let transaction = await client.org.openTransaction()
        try await client.org.create("Account", ["Name": "Nimbus"], in: transaction)
        #expect(await client.org.dequeueDueCallouts().isEmpty)
        try await client.org.rollBack(transaction)
        #expect(await client.org.dequeueDueCallouts().isEmpty)
    }

    @Test func `A host without a remote site is never called`() async throws {
        let client = try await client(site: "https://hooks.example")
        try await client.org.create("Account", ["Name": "Nimbus"])
        #expect(await client.org.dequeueDueCallouts().isEmpty)
    }

    @Test func `A failed callout comes again with its id, five times in all`() async throws {
        let client = try await client()
        try await client.org.create("Account", ["Name": "Nimbus"])
        var ids: [String] = []
        while let due = await client.org.nextCalloutDue {
            await client.org.advanceClock(seconds: max(0, due - client.org.now))
            for callout in await client.org.dequeueDueCallouts() {
                ids.append(callout.messageID)
                await client.org.finishCallout(callout.number, succeeded: false)
            }
        }
        #expect(ids.count == 5)
        #expect(Set(ids).count == 1)
    }

    @Test func `Callouts are delayed, doubled and lost as told`() async throws {
        let client = try await client()
        var policy = CalloutPolicy()
        (policy.delaySeconds, policy.duplicatePercent) = (30, 100)
        await client.org.setCalloutPolicy(policy)
        try await client.org.create("Account", ["Name": "Nimbus"])
        #expect(await client.org.dequeueDueCallouts().isEmpty)
        await client.org.advanceClock(seconds: 30)
        let twice = await client.org.dequeueDueCallouts()
        #expect(twice.count == 2)
        #expect(twice.first?.messageID == twice.last?.messageID)
        policy.lossPercent = 100
        await client.org.setCalloutPolicy(policy)
        try await client.org.create("Account", ["Name": "Nimbus"])
        #expect(await client.org.nextCalloutDue == nil)
    }

    @Test func `Outbound messages are SOAP and end with an Ack`() async throws {
        let client = await OrgClient()
        await client.org.add(
            OutboundMessageRule(object: "Account", url: "http://hooks.example/soap", fields: ["Name", "Rating"])
        )
        try await client.org.create("Account", ["Name": "A & B <i>"])
        let callout = try #require(await client.org.dequeueDueCallouts().first)
        let body = String(decoding: callout.body, as: UTF8.self)
        #expect(body.contains("<sf:Name>A &amp; B &lt;i&gt;</sf:Name>"))
        #expect(body.contains("xsi:type=\"sf:Account\""))
        #expect(callout.headers(at: 0)["Content-Type"] == "text/xml; charset=utf-8")
        let ack = "<e:Envelope><notificationsResponse xmlns=\"x\"><Ack>true</Ack></notificationsResponse></e:Envelope>"
        #expect(callout.isDone(status: 200, body: Array(ack.utf8)))
        #expect(!callout.isDone(status: 200, body: []))
    }
}
