import Primitives
import SimulatedOrg
import Testing

struct StampTests {
    @Test func `Stamps are whole seconds in the API's own format`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        #expect(try await client.org.record("Lead", id)?["SystemModstamp"] == "2026-11-23T18:00:00.000+0000")
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
            ["Amount__c": .number("100.5"), "Paid__c": .number("0.25"), "Due_Date__c": "2026-11-23"]
        )
        let before = try await client.org.record("Invoice__c", id)
        #expect(before?["Balance__c"] == .number("100.25"))
        #expect(before?["Days_Overdue__c"] == .number("0.0"))
        await client.org.advanceClock(seconds: 3 * 86_400)
        let after = try await client.org.record("Invoice__c", id)
        #expect(after?["Days_Overdue__c"] == .number("3.0"))
        #expect(after?["SystemModstamp"] == before?["SystemModstamp"])
    }
}
