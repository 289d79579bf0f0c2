import Domain
import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What the dashboard looks like; `RECORD_SCREENS=1 swift test` accepts what is drawn now.
@Suite(.cases)
struct GoldenScreenTests {
    static let sizes = [(200, 60), (140, 40), (100, 30), (80, 24), (60, 16), (20, 5), (1, 1)]

    private func name(_ what: String, _ size: (Int, Int)) -> String { "\(what)-\(size.0)x\(size.1)" }

    @Test(arguments: sizes)
    func `a first start teaches what to do`(width: Int, height: Int) {
        let driver = Driver(width, height, instances: [])
        driver.screen.expectGolden(name("first-start", (width, height)))
    }

    @Test(arguments: sizes)
    func `a busy instance`(width: Int, height: Int) {
        var driver = Driver(width, height, log: (1...90).map { Sample.event($0) })
        driver.store(91...130)
        driver.pass(milliseconds: 2100)
        driver.screen.expectGolden(name("busy", (width, height)))
    }

    @Test(arguments: sizes)
    func `deliveries that fail`(width: Int, height: Int) {
        let failing = CallbackState.failing(
            reason: "https://app.example/events answered 500",
            at: Sample.now,
            retrying: 3
        )
        let states: [DeliveryState] = [.delivered, .dead, .retrying, .waiting, .queued, .none, .delivered]
        let log = (1...40).map { Sample.event($0, state: states[Int($0) % states.count]) }
        var driver = Driver(width, height, instances: [Sample.overview(callback: failing)], log: log)
        driver.keys("k k")
        driver.answer()
        driver.screen.expectGolden(name("failing", (width, height)))
    }

    @Test(arguments: sizes)
    func `a source that is down says why`(width: Int, height: Int) {
        let source = SourceState.degraded(
            reason: "https://acme.my.salesforce.com can't be reached (connection refused); trying again at 18:08:00.",
            since: Sample.now,
            lastSuccess: Sample.now.advanced(bySeconds: -320)
        )
        let driver = Driver(width, height, instances: [Sample.overview(source: source)], log: [Sample.event(7)])
        driver.screen.expectGolden(name("disconnected", (width, height)))
    }

    @Test(arguments: sizes)
    func `a form with wrong fields`(width: Int, height: Int) {
        var driver = Driver(width, height)
        driver.keys("c down down ctrl+u")
        driver.type("app.example/events")
        driver.keys("tab")
        driver.type("4000")
        driver.keys("ctrl+s")
        driver.answer()
        driver.screen.expectGolden(name("wrong-form", (width, height)))
    }

    @Test(arguments: sizes)
    func `help`(width: Int, height: Int) {
        var driver = Driver(width, height, log: [Sample.event(1)])
        driver.keys("?")
        driver.screen.expectGolden(name("help", (width, height)))
    }

    @Test(arguments: sizes)
    func `the detail's tabs`(width: Int, height: Int) {
        var driver = Driver(width, height, log: (1...30).map { Sample.event($0, state: $0 == 28 ? .dead : nil) })
        driver.keys("k k enter")
        driver.answer()
        for tab in ["changes", "record", "envelope", "attempts", "raw"] {
            driver.screen.expectGolden(name("detail-\(tab)", (width, height)))
            driver.keys("right")
        }
        driver.keys("left x")
        driver.screen.expectGolden(name("detail-hex", (width, height)))
    }
}
