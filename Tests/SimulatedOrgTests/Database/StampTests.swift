import Primitives
import Testing

@testable import SimulatedOrg

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

    @Test func `Both ways of writing a stamp agree, and it is read back, at every edge of the calendar`() {
        var stamps = [
            -62_167_219_200, -62_162_035_200, -1, 0, 951_782_399, 951_868_800, 4_107_542_399, 253_402_300_799,
        ]
        stamps += stride(from: -9_000_000_000, through: 9_000_000_000, by: 123_456_789)
        for stamp in stamps {
            let text = StampFormat.dateTime(stamp)
            #expect(String(decoding: StampFormat.dateTimeBytes(stamp), as: UTF8.self) == text)
            #expect(StampFormat.stamp(text) == stamp)
            #expect(StampFormat.days(String(text.prefix(10))) == StampFormat.split(stamp).day)
        }
    }

    @Test(
        arguments: [
            ("2026-11-23T18:00:00Z", 1_795_456_800), ("2026-11-23T18:00Z", 1_795_456_800),
            ("2026-11-23T18:00:00.999+0000", 1_795_456_800), ("2026-11-23T19:30:00+01:30", 1_795_456_800),
            ("2026-11-23T17:00:00-0100", 1_795_456_800), ("2026-11-23", nil), ("2026-11-23T18:00:00", nil),
            ("2026-11-23 18:00:00Z", nil), ("2026-11-23T18:00:00+01", nil), ("2026-02-30T18:00:00Z", nil),
            ("2026-11-23T18:00:00Zx", nil), ("", nil), ("2026-11-23T18:00:00+99:99x", nil),
        ] as [(String, Stamp?)]
    )
    func `A moment needs its time and its zone`(text: String, stamp: Stamp?) {
        #expect(StampFormat.stamp(text) == stamp)
    }
}
