import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The selection of the list, and replaying it.
@Suite(.cases)
struct SelectionTests {
    @Test func `the selected row stays in view when the screen shrinks`() {
        var driver = Driver(140, 40, log: (1...100).map { Sample.event($0) })
        driver.keys("enter")
        driver.answer()
        driver.resize(80, 24)
        let visible = driver.events.visibleRange.map { driver.events.rows[$0].sequence }
        #expect(visible.contains(driver.events.selected ?? -1))
    }

    @Test func `a key that is held down replays once`() throws {
        var driver = Driver(140, 40, log: (1...5).map { Sample.event($0) })
        driver.forget()
        driver.keys("r")
        let attempt = try #require(Sample.detail(Sample.event(5), replays: 1).attempts.last)
        driver.send(.replayed(sequence: 5, .success(attempt)))
        for _ in 0..<60 {
            driver.wait(milliseconds: 33)
            driver.keys("r")
        }
        let replays = { (driver: Driver) in
            driver.commands.filter { if case .replay = $0 { true } else { false } }.count
        }
        #expect(replays(driver) == 1)
        #expect(driver.text.contains("let r go"))
        driver.wait(milliseconds: 1100)
        driver.keys("r")
        #expect(replays(driver) == 2)
    }

    @Test func `a click selects, a second one opens; the wheel scrolls what it is over`() {
        var driver = Driver(140, 40, log: (1...100).map { Sample.event($0) })
        driver.click(70, 5)
        let selected = driver.events.selected
        #expect(selected != 100)
        #expect(!driver.events.isFollowing)
        driver.click(70, 5)
        driver.answer()
        #expect(driver.detail?.sequence == selected)
        let before = driver.events.visibleRange
        driver.send(.input(.mouse(MouseEvent(.wheel(.up), at: Point(x: 70, y: 5)))))
        #expect(driver.events.visibleRange.lowerBound == before.lowerBound - 3)
    }
}
