import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The list and what belongs to it; `RECORD_SCREENS=1 swift test` accepts what is drawn now.
@Suite(.cases)
struct GoldenListTests {
    private static let sizes = [(140, 40), (100, 30), (80, 24), (60, 16), (40, 8)]

    private func name(_ what: String, _ size: (Int, Int)) -> String { "\(what)-\(size.0)x\(size.1)" }

    private func driver(_ width: Int, _ height: Int) -> Driver {
        var driver = Driver(
            width,
            height,
            log: HeatTests.log,
            filters: [SavedFilter(name: "dead ones", text: "state:dead", isFixed: true)]
        )
        driver.pass(milliseconds: 600)
        driver.keys("2")
        return driver
    }

    @Test(arguments: sizes)
    func `the list where it crosses midnight, and the day above it`(width: Int, height: Int) {
        var driver = driver(width, height)
        for _ in 0..<40 where !driver.text.contains("Mon 2026-11-23") {
            driver.keys("k")
            driver.answer()
        }
        driver.pass(milliseconds: 600)
        driver.screen.expectGolden(name("midnight", (width, height)))
    }

    @Test(arguments: sizes)
    func `finding in the list`(width: Int, height: Int) {
        var driver = driver(width, height)
        driver.keys("ctrl+f")
        driver.type("number 11")
        driver.pass(milliseconds: 600)
        driver.screen.expectGolden(name("find", (width, height)))
        driver.keys("enter n")
        driver.pass(milliseconds: 3000)
        driver.screen.expectGolden(name("find-kept", (width, height)))
    }

    @Test(arguments: sizes)
    func `the columns to choose from`(width: Int, height: Int) {
        var driver = driver(width, height)
        driver.keys("K down space end space")
        driver.screen.expectGolden(name("columns", (width, height)))
    }

    @Test(arguments: sizes)
    func `filters with names`(width: Int, height: Int) {
        var driver = driver(width, height)
        driver.keys("/")
        driver.type("object:Lead")
        driver.keys("ctrl+s")
        driver.type("my leads")
        driver.screen.expectGolden(name("filter-save", (width, height)))
        driver.keys("enter esc ctrl+o down")
        driver.pass(milliseconds: 20_000)
        driver.screen.expectGolden(name("filters-saved", (width, height)))
    }
}
