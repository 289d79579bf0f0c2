import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct TimeJumpTests {
    @Test func `the list goes to the last event stored by then, and on from there`() throws {
        var driver = Driver(140, 40, log: (1...2000).map { Sample.event($0) })
        driver.answer()
        let wanted = Sample.event(900)
        driver.keys("@")
        let local = driver.context.local(wanted.receivedAt).advanced(bySeconds: 1)
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

    @Test(
        arguments: [
            ("yesterday", "Nothing was stored before 2026-11-22 00:00:00; this is the first event.", 1),
            ("2030-01-01", "2030-01-01 00:00:00 is yet to come; this is the newest event.", 50), ("18:00:00", nil, 225),
        ] as [(String, String?, Int64)]
    )
    func `a time beyond either end is said to be`(text: String, words: String?, selected: Int64) {
        var driver = Driver(140, 40, log: (1...(words == nil ? 280 : 50)).map { Sample.event($0) })
        driver.answer()
        driver.keys("@")
        driver.type(text)
        driver.keys("enter")
        driver.pass(milliseconds: 500)
        #expect(driver.events.selected == selected)
        #expect(driver.messages.entries.map(\.text) == [words].compactMap { $0 })
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
