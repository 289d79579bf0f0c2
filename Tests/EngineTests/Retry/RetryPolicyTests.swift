import Domain
import Engine
import Primitives
import Testing

struct RetryPolicyTests {
    @Test func `the default ladder has nine steps and then ends`() {
        let seconds = RetryPolicy.standard.delays.map { $0 / 1000 }
        #expect(seconds == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400])
        #expect(RetryPolicy.standard.delay(afterAttempts: 10, random: 0.5) == nil)
        #expect(RetryPolicy.standard.maximumAttempts == 10)
    }

    @Test func `waits stay within twenty per cent`() {
        #expect(RetryPolicy.standard.delay(afterAttempts: 1, random: 0) == 4000)
        #expect(RetryPolicy.standard.delay(afterAttempts: 1, random: 0.5) == 5000)
        #expect(RetryPolicy.standard.delay(afterAttempts: 1, random: 0.999_999) ?? 0 <= 6000)
    }

    @Test func `the original's ladders are as documented`() throws {
        let newer = try RetryPolicy(parsing: "cloud-elements")
        #expect(newer.delays == [8, 64, 512, 4096, 32_768].map { $0 * 1000 })
        let older = try RetryPolicy(parsing: "cloud-elements-9")
        #expect(older.delays == [4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144].map { $0 * 1000 })
        #expect(older.delay(afterAttempts: 9, random: 0.9) == 262_144_000)
    }

    @Test func `a written schedule is read`() throws {
        #expect(try RetryPolicy(parsing: "5s, 5m,2h,1d,500ms").delays == [5000, 300_000, 7_200_000, 86_400_000, 500])
        // As every other duration is written.
        #expect(try RetryPolicy(parsing: "5min,5 MIN,1h30m").delays == [300_000, 300_000, 5_400_000])
    }

    @Test(arguments: [
        ("5s,soon,2h", "step 2 \u{201C}soon\u{201D} is not a duration"), ("5s,,2h", "step 2 is empty"),
        ("", "step 1 is empty"), ("5", "step 1 \u{201C}5\u{201D} is not a duration"),
        ("5s,99d", "step 2 is longer than 30 days"), ("-5s", "step 1"), ("0", "step 1"), ("5s,1h30", "step 2"),
        (String(repeating: "5s,", count: 50) + "5s", "it has 51 steps"),
    ])
    func `a wrong step is named`(text: String, part: String) {
        #expect {
            try RetryPolicy(parsing: text)
        } throws: {
            "\($0)".contains(part)
        }
    }
}

struct RetryAfterTests {
    let now = Timestamp(parsing: "1994-11-06T08:49:00Z") ?? .distantPast

    @Test(arguments: [
        ("120", 120_000), ("0", 0), ("0000000060", 60_000), ("00000000000000000000", 0), ("1.5", 2000), ("2.0", 2000),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 37_000),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 37_000), ("Sun Nov  6 08:49:37 1994", 37_000),
    ])
    func `seconds and the three date forms are read`(header: String, wait: Int64) {
        #expect(RetryAfter.wait([header], answered: now) == wait)
    }

    @Test(arguments: [
        "", "soon", "-5", "1.", ".5", "1.5.5", "Sat, 05 Nov 1994 08:49:37 GMT", "Sun, 99 Foo 1994 08:49:37 GMT",
    ])
    func `nonsense and the past say nothing`(header: String) {
        #expect(RetryAfter.wait([header], answered: now) == nil)
    }

    @Test func `a long wait counts in full, up to a year`() {
        let year: Int64 = 366 * 86_400_000
        #expect(RetryAfter.wait(["172800"], answered: now) == 172_800_000)
        for header in ["999999999", "9999999999", "99999999999999999999.5", "Fri, 01 Jan 2038 00:00:00 GMT"] {
            #expect(RetryAfter.wait([header], answered: now) == year)
        }
    }

    @Test func `of several headers the longest counts`() {
        #expect(RetryAfter.wait(["5", "soon", "Sun, 06 Nov 1994 08:49:37 GMT"], answered: now) == 37_000)
        #expect(RetryAfter.wait([], answered: now) == nil)
    }
}
