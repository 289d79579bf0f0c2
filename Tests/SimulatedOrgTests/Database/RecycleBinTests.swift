import Primitives
import SimulatedOrg
import Testing

struct RecycleBinTests {
    @Test func `Delete, undelete and hard delete are seen where they should be`() async throws {
        let client = await OrgClient()
        let org = client.org
        let id = try await org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        await org.advanceClock(seconds: 60)
        #expect(await client.send("DELETE", "sobjects/Lead/\(id)").status == 204)
        #expect(await client.send("GET", "sobjects/Lead/\(id)").json?[0]?["errorCode"] == "ENTITY_IS_DELETED")
        let period = replicationSpan("2026-11-23T18:00:00Z", "2026-11-23T18:10:00Z")
        let gone = await client.get("sobjects/Lead/deleted/?\(period)")
        #expect(gone["deletedRecords"] == [["id": .string(id), "deletedDate": "2026-11-23T18:01:00.000+0000"]])
        await org.advanceClock(seconds: 60)
        try await org.undelete("Lead", id)
        #expect(await client.get("sobjects/Lead/deleted/?\(period)")["deletedRecords"] == [])
        #expect(await client.column("IsDeleted", "SELECT IsDeleted FROM Lead") == [false])
        await org.advanceClock(seconds: 60)
        try await org.hardDelete("Lead", id)
        #expect(await client.column("Id", "SELECT Id FROM Lead", all: true).isEmpty)
        #expect(await client.get("sobjects/Lead/deleted/?\(period)")["deletedRecords"]?.array?.count == 1)
        #expect(await client.send("GET", "sobjects/Lead/\(id)").json?[0]?["errorCode"] == "NOT_FOUND")
        #expect(await org.history().map(\.kind) == [.created, .deleted, .undeleted, .purged])
    }

    @Test func `A parent takes its children to the bin and back, without their triggers`() async throws {
        let client = await OrgClient()
        let account = try await client.org.create("Account", ["Name": "Parent"])
        try await client.org.create("Contact", ["LastName": "Child", "AccountId": .string(account)])
        try await client.org.delete("Account", account)
        #expect(await client.column("Id", "SELECT Id FROM Contact").isEmpty)
        try await client.org.undelete("Account", account)
        #expect(await client.column("Id", "SELECT Id FROM Contact").count == 1)
        let children = await client.org.history().filter { $0.object == "Contact" }
        #expect(children.map(\.kind) == [.created, .deleted, .undeleted])
        #expect(children.map(\.firedTriggers) == [true, false, false])
    }

    @Test func `A merge deletes the losers, names the winner and moves the children over`() async throws {
        let client = await OrgClient()
        let winner = try await client.org.create("Account", ["Name": "Winner"])
        let loser = try await client.org.create("Account", ["Name": "Loser"])
        let contact = try await client.org.create("Contact", ["LastName": "Child", "AccountId": .string(loser)])
        await client.org.advanceClock(seconds: 1)
        try await client.org.merge("Account", into: winner, [loser])
        let rows = await client.column(
            "MasterRecordId",
            "SELECT MasterRecordId FROM Account WHERE IsDeleted = true",
            all: true
        )
        #expect(rows == [.string(winner)])
        #expect(try await client.org.record("Contact", contact)?["AccountId"] == .string(winner))
        #expect(try await client.org.record("Account", winner)?["SystemModstamp"] == "2026-11-23T18:00:01.000+0000")
    }
}
