import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// A filter whose times count back from the present, as time goes.
@Suite(.cases)
struct FilterRenewalTests {
    private func driver(_ filter: String) -> Driver {
        let log = [50, 40, 5].enumerated().map { index, age in
            Sample.event(Int64(index + 1), at: Sample.now.advanced(bySeconds: Int64(-age)))
        }
        var driver = Driver(140, 40, log: log)
        driver.pass(milliseconds: 600)
        driver.keys("/")
        driver.type(filter)
        driver.keys("enter")
        driver.pass(milliseconds: 600)
        return driver
    }

    @Test func `what has become older than the span leaves a list that follows, and is not counted any more`() {
        var driver = driver("since:1m")
        #expect(driver.events.rows.map(\.sequence) == [1, 2, 3])
        #expect(driver.text.contains("3 of 3"))
        driver.pass(milliseconds: 14_000)
        #expect(driver.events.rows.map(\.sequence) == [2, 3])
        #expect(driver.text.contains("2 of 3"))
        driver.store([Sample.event(4, at: driver.now)])
        driver.pass(milliseconds: 50_000)
        #expect(driver.events.rows.map(\.sequence) == [4] && driver.events.selected == 4)
        driver.pass(milliseconds: 60_000)
        #expect(driver.events.rows.isEmpty && driver.text.contains("0 of 4"))
    }

    @Test func `a list that stands still keeps what is being read until it follows again`() {
        var driver = driver("since:1m")
        driver.keys("k")
        driver.pass(milliseconds: 30_000)
        #expect(driver.events.rows.map(\.sequence) == [1, 2, 3])
        driver.keys("G")
        driver.pass(milliseconds: 4000)
        #expect(driver.events.rows.map(\.sequence) == [3])
    }

    @Test(
        arguments: [
            ("since:1m", 3000), ("since:10s", 1000), ("until:2d", 60_000), ("state:dead -since:1h", 60_000),
            ("since:today", 60_000), ("since:monday", 60_000), ("since:2026-11-01", nil), ("state:dead", nil),
        ] as [(String, Int64?)]
    )
    func `how soon a text is read again depends on the span that it names`(text: String, pause: Int64?) {
        let context = Driver().context
        let due = FilterRenewal(text, context).due
        #expect(due == pause.map { context.due.advanced(byMilliseconds: $0) })
    }
}
