import SimulatedOrg
import Testing

/// Stamps, transactions, the recycle bin and the replication calls.
struct TimeTests {
    private func span(_ start: String, _ end: String) -> String {
        "start=\(percentEncoded(start))&end=\(percentEncoded(end))"
    }

    @Test func `Stamps are whole seconds in the API's own format`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        #expect(try await client.org.record("Lead", id)?["SystemModstamp"] == "2026-11-23T18:00:00.000+0000")
    }

    @Test func `A row stamped inside a transaction shows up late with its early stamp`() async throws {
        let client = await OrgClient()
        let org = client.org
        let transaction = await org.openTransaction()
        await org.advanceClock(seconds: 5)
        let id = try await org.create("Lead", ["LastName": "Late", "Company": "Nimbus"], in: transaction)
        await org.advanceClock(seconds: 585)
        #expect(await client.column("Id", "SELECT Id FROM Lead", all: true).isEmpty)
        let before = await client.get("sobjects/Lead/updated?\(span("2026-11-23T17:59:00Z", "2026-11-23T18:30:00Z"))")
        #expect(before["ids"] == [])
        #expect(before["latestDateCovered"] == "2026-11-23T18:00:00.000+0000")
        try await org.commit(transaction)
        #expect(
            await client.column("SystemModstamp", "SELECT SystemModstamp FROM Lead") == ["2026-11-23T18:00:05.000+0000"]
        )
        let after = await client.get("sobjects/Lead/updated?\(span("2026-11-23T18:00:00Z", "2026-11-23T18:30:00Z"))")
        #expect(after["ids"] == [.string(id)])
        #expect(after["latestDateCovered"] == "2026-11-23T18:09:00.000+0000")
        #expect(await org.history().map(\.committed) == [await org.now])
    }

    @Test func `A rolled-back transaction leaves nothing, a row it holds can't be written by others`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        let transaction = await client.org.openTransaction()
        try await client.org.change("Lead", id, ["Rating": "Hot"], in: transaction)
        let blocked = await client.send("PATCH", "sobjects/Lead/\(id)", body: ["Rating": "Cold"])
        #expect(blocked.status == 400)
        #expect(blocked.json?[0]?["errorCode"] == "UNABLE_TO_LOCK_ROW")
        try await client.org.rollBack(transaction)
        #expect(try await client.org.record("Lead", id)?["Rating"] == .null)
        #expect(await client.send("PATCH", "sobjects/Lead/\(id)", body: ["Rating": "Cold"]).status == 204)
    }

    @Test func `Delete, undelete and hard delete are seen where they should be`() async throws {
        let client = await OrgClient()
        let org = client.org
        let id = try await org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        await org.advanceClock(seconds: 60)
        #expect(await client.send("DELETE", "sobjects/Lead/\(id)").status == 204)
        #expect(await client.send("GET", "sobjects/Lead/\(id)").json?[0]?["errorCode"] == "ENTITY_IS_DELETED")
        let period = span("2026-11-23T18:00:00Z", "2026-11-23T18:10:00Z")
        let gone = await client.get("sobjects/Lead/deleted/?\(period)")
        #expect(gone["deletedRecords"] == [["id": .string(id), "deletedDate": "2026-11-23T18:01:00.000+0000"]])
        await org.advanceClock(seconds: 60)
        try await org.undelete("Lead", id)
        #expect(await client.get("sobjects/Lead/deleted/?\(period)")["deletedRecords"] == [])
        #expect(await client.column("IsDeleted", "SELECT IsDeleted FROM Lead") == [false])
        await org.advanceClock(seconds: 60)
        try await org.hardDelete("Lead", id)
        #expect(await client.column("Id", "SELECT Id FROM Lead", all: true).isEmpty)
        #expect(await client.get("sobjects/Lead/deleted/?\(period)")["deletedRecords"]?.elements?.count == 1)
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

    @Test func `A platform touch moves only SystemModstamp; an import may set dates back`() async throws {
        let client = await OrgClient()
        let old = 1_795_456_800 - 86_400
        let id = try await client.org.create(
            "Lead",
            ["LastName": "Vogel", "Company": "Nimbus"],
            createdDate: old,
            lastModifiedDate: old
        )
        await client.org.advanceClock(seconds: 7)
        try await client.org.touch("Lead", [id])
        let row = try await client.org.record("Lead", id)
        #expect(row?["CreatedDate"] == "2026-11-22T18:00:00.000+0000")
        #expect(row?["LastModifiedDate"] == "2026-11-22T18:00:00.000+0000")
        #expect(row?["SystemModstamp"] == "2026-11-23T18:00:07.000+0000")
    }

    @Test func `A formula changes with time and moves no stamp`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create(
            "Invoice__c",
            ["Amount__c": 100.5, "Paid__c": 0.25, "Due_Date__c": "2026-11-23"]
        )
        let before = try await client.org.record("Invoice__c", id)
        #expect(before?["Balance__c"] == 100.25)
        #expect(before?["Days_Overdue__c"] == 0.0)
        await client.org.advanceClock(seconds: 3 * 86_400)
        let after = try await client.org.record("Invoice__c", id)
        #expect(after?["Days_Overdue__c"] == 3.0)
        #expect(after?["SystemModstamp"] == before?["SystemModstamp"])
    }

    @Test func `A purge empties bin and log, and says since when the log is complete`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        try await client.org.delete("Lead", id)
        await client.org.advanceClock(seconds: 3_600)
        try await client.org.purge("Lead", before: await client.org.now, includingLog: true)
        #expect(await client.column("Id", "SELECT Id FROM Lead", all: true).isEmpty)
        let early = await client.send(
            "GET",
            "sobjects/Lead/deleted?\(span("2026-11-23T18:00:00Z", "2026-11-23T19:10:00Z"))"
        )
        #expect(early.status == 400)
        #expect(early.json?[0]?["errorCode"] == "INVALID_REPLICATION_DATE")
        let late = await client.get("sobjects/Lead/deleted?\(span("2026-11-23T19:00:00Z", "2026-11-23T19:10:00Z"))")
        #expect(late["earliestDateAvailable"] == "2026-11-23T19:00:00.000+0000")
    }

    @Test(arguments: [
        ("updated", "2026-11-23T17:30:35+00:00", "2026-11-23T18:30:00.000Z", 200),
        ("updated", "2026-11-23T17:30:35.123-0100", "2026-11-23T18:31:59+00:00", 200),
        ("updated", "2026-11-23T17:30:10Z", "2026-11-23T17:30:50Z", 400),
        ("updated", "2026-10-20T17:30:10Z", "2026-11-23T17:30:50Z", 400),
        ("deleted", "2026-11-01T17:30:10Z", "2026-11-23T17:30:50Z", 400),
        ("deleted", "2026-11-09T17:30:10Z", "2026-11-23T17:30:50Z", 200),
        ("deleted", "yesterday", "2026-11-23T17:30:50Z", 400),
    ])
    func `Replication spans are checked`(call: String, start: String, end: String, status: Int) async {
        let client = await OrgClient()
        let answer = await client.send("GET", "sobjects/Account/\(call)/?\(span(start, end))")
        #expect(answer.status == status)
        if status == 400 { #expect(answer.json?[0]?["errorCode"] == "INVALID_REPLICATION_DATE") }
    }
}
