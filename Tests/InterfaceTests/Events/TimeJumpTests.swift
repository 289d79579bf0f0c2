import Domain
import Primitives
import Testing

@testable import Interface

struct TimeJumpTests {
    /// 2026-11-23T18:07:03Z, as the clock of the tests; shown two hours east of it.
    private static let now = Timestamp(parsing: "2026-11-23T18:07:03Z") ?? Timestamp(milliseconds: 0)

    @Test(arguments: [
        ("-2h", "2026-11-23T16:07:03Z"), ("90m", "2026-11-23T16:37:03Z"), ("14:05", "2026-11-23T12:05:00Z"),
        ("9:30", "2026-11-23T07:30:00Z"), ("23:00", "2026-11-22T21:00:00Z"), ("20:07:03", "2026-11-23T18:07:03Z"),
        ("yesterday 14:00", "2026-11-22T12:00:00Z"), ("Today 00:30", "2026-11-22T22:30:00Z"),
        ("2026-11-20 09:30", "2026-11-20T07:30:00Z"), ("2026-11-20T09:30:15", "2026-11-20T07:30:15Z"),
        ("11-20 09:30", "2026-11-20T07:30:00Z"), ("2026-11-20", "2026-11-19T22:00:00Z"),
        ("yesterday", "2026-11-21T22:00:00Z"),
    ])
    func `what a person writes`(text: String, expected: String) {
        #expect(TimeText.parse(text, at: Self.now, utcOffset: 7200) == Timestamp(parsing: expected))
    }

    @Test(arguments: [
        "", " ", "soon", "25:00", "14:61", "2026-13-01", "2026-02-30 10:00", "14", "a b c", "12:3x", "--2h",
    ])
    func `what is no time`(text: String) { #expect(TimeText.parse(text, at: Self.now, utcOffset: 7200) == nil) }

    @Test func `the list goes to the last event stored by then, and on from there`() throws {
        var driver = Driver(140, 40, log: (1...2000).map { Sample.event($0) })
        driver.answer()
        let wanted = Sample.event(900)
        driver.keys("@")
        let local = wanted.receivedAt.advanced(bySeconds: Int64(driver.context.settings.utcOffset) + 1)
        driver.type("\(local.datePart) \(local.timePart)")
        #expect(driver.text.contains("to \(local.datePart) \(local.timePart)"))
        driver.keys("enter")
        driver.pass(milliseconds: 500)
        #expect(driver.events.selected == 900 && !driver.events.isFollowing)
        driver.keys("down")
        driver.pass(milliseconds: 500)
        #expect(driver.events.selected == 901)
        driver.keys("@")
        driver.type("1999-01-01")
        driver.keys("enter")
        driver.pass(milliseconds: 500)
        #expect(driver.events.selected == 1)
    }

    @Test func `what is no time is said, and nothing moves`() {
        var driver = Driver(140, 40, log: (1...50).map { Sample.event($0) })
        driver.answer()
        let before = driver.events.selected
        driver.keys("@")
        driver.type("soon")
        driver.keys("enter")
        #expect(driver.text.contains("No time: write"))
        driver.keys("esc")
        #expect(driver.events.selected == before && driver.events.isFollowing)
    }
}
