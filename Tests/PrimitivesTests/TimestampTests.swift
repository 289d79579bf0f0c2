import Domain
import Primitives
import Testing

struct TimestampTests {
    @Test("A date of HTTP is that of RFC 9110")
    func httpDate() {
        #expect(Timestamp(parsing: "1994-11-06T08:49:37.9Z")?.httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test(
        "Moments are read in every spelling that Salesforce and people use",
        arguments: [
            ("2026-11-23T18:07:00.123+0000", "2026-11-23T18:07:00.123Z"),
            ("2026-11-23T18:07:00Z", "2026-11-23T18:07:00.000Z"),
            ("2026-11-23T18:07:00-07:30", "2026-11-24T01:37:00.000Z"), ("2026-11-23", "2026-11-23T00:00:00.000Z"),
            ("2024-02-29T23:59:59.9Z", "2024-02-29T23:59:59.900Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("2000-03-01T00:00Z", "2000-03-01T00:00:00.000Z"),
        ]
    )
    func reading(text: String, expected: String) throws {
        let moment = try #require(Timestamp(parsing: text))
        #expect(moment.isoMilliseconds == expected)
        #expect(Timestamp(parsing: moment.salesforce) == moment)
    }

    @Test(
        "What is no moment is refused",
        arguments: [
            "", "yesterday", "2026-13-01", "2026-02-30", "2025-02-29", "2026-11-23T25:00:00Z", "2026-11-23T24:01:00Z",
            "2026-11-23T18:07:00+", "2026-11-23T18:07:00Zx", "２０２６-11-23", "2026-11-23T18:07:00.Z",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test("Java's date is written as Cloud Elements sent it")
    func java() {
        var date: [UInt8] = []
        Timestamp(seconds: 1_534_779_007).writeJavaDate(to: &date)
        #expect(String(decoding: date, as: UTF8.self) == "Mon Aug 20 15:30:07 UTC 2018")
    }

    @Test("Every day of 800 years is one day after the one before")
    func calendar() {
        var day = Timestamp(parsing: "1700-01-01") ?? .distantPast
        for _ in 0..<(800 * 365) {
            let parts = day.parts
            #expect(Timestamp(year: parts.year, month: parts.month, day: parts.day) == day)
            day = day.advanced(bySeconds: 86_400)
        }
    }
}
