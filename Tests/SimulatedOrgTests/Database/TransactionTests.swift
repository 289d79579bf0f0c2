import Primitives
import SimulatedOrg
import Testing

struct TransactionTests {
    @Test func `A row stamped inside a transaction shows up late with its early stamp`() async throws {
        let client = await OrgClient()
        let org = client.org
        let transaction = await org.openTransaction()
        await org.advanceClock(seconds: 5)
        let id = try await org.create("Lead", ["LastName": "Late", "Company": "Nimbus"], in: transaction)
        await org.advanceClock(seconds: 585)
        #expect(await client.column("Id", "SELECT Id FROM Lead", all: true).isEmpty)
        let before = await client.get(
            "sobjects/Lead/updated?\(replicationSpan("2026-11-23T17:59:00Z", "2026-11-23T18:30:00Z"))"
        )
        #expect(before["ids"] == [])
        #expect(before["latestDateCovered"] == "2026-11-23T18:00:00.000+0000")
        try await org.commit(transaction)
        #expect(
            await client.column("SystemModstamp", "SELECT SystemModstamp FROM Lead") == ["2026-11-23T18:00:05.000+0000"]
        )
        let after = await client.get(
            "sobjects/Lead/updated?\(replicationSpan("2026-11-23T18:00:00Z", "2026-11-23T18:30:00Z"))"
        )
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
}
