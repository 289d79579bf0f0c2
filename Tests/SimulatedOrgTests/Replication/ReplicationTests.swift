import Primitives
import SimulatedOrg
import Testing

struct ReplicationTests {
    @Test func `A purge empties bin and log, and says since when the log is complete`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        try await client.org.delete("Lead", id)
        await client.org.advanceClock(seconds: 3_600)
        try await client.org.purge("Lead", before: await client.org.now, includingLog: true)
        #expect(await client.column("Id", "SELECT Id FROM Lead", all: true).isEmpty)
        let early = await client.send(
            "GET",
            "sobjects/Lead/deleted?\(replicationSpan("2026-11-23T18:00:00Z", "2026-11-23T19:10:00Z"))"
        )
        #expect(early.status == 400)
        #expect(early.json?[0]?["errorCode"] == "INVALID_REPLICATION_DATE")
        let late = await client.get(
            "sobjects/Lead/deleted?\(replicationSpan("2026-11-23T19:00:00Z", "2026-11-23T19:10:00Z"))"
        )
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
        let answer = await client.send("GET", "sobjects/Account/\(call)/?\(replicationSpan(start, end))")
        #expect(answer.status == status)
        if status == 400 { #expect(answer.json?[0]?["errorCode"] == "INVALID_REPLICATION_DATE") }
    }
}
