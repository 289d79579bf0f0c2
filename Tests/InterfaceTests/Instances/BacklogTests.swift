import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What of a long past is still to be read, on the screen.
@Suite(.cases)
struct BacklogTests {
    private func driver(isPaused: Bool = false) -> Driver {
        var overview = Sample.overview()
        var backlog = BackfillProgress(object: "Account", rows: 1200, total: 5000)
        backlog.calls = 7
        backlog.rowsPerSecond = 400
        backlog.secondsLeft = isPaused ? nil : 10
        backlog.isPaused = isPaused
        overview.backfills = [backlog]
        return Driver(160, 40, instances: [overview])
    }

    @Test func `it says how far it is, how fast, how long it takes and what it has cost`() {
        let text = driver().text
        #expect(text.contains("backlog Account"))
        #expect(text.contains("10 s left") && text.contains("400/s") && text.contains("7 API calls"))
        let paused = driver(isPaused: true).text
        #expect(paused.contains("paused") && !paused.contains("400/s"))
    }

    @Test(arguments: [(false, BacklogChange.pause), (true, .resume)])
    func `one action pauses it and goes on with it`(isPaused: Bool, change: BacklogChange) {
        var driver = driver(isPaused: isPaused)
        driver.keys("ctrl+p")
        driver.type("pause reading a long")
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands == [.changeBacklogs(1, change)])
        driver.send(.backlogsChanged(1, change, .success(Done())))
        #expect(driver.text.contains(isPaused ? "The past is read on." : "The past is not read on until"))
    }

    @Test func `cancelling asks first`() {
        var driver = driver()
        driver.keys("ctrl+p")
        driver.type("read no more")
        driver.keys("enter")
        #expect(driver.text.contains("Read no more of the past?"))
        driver.forget()
        driver.keys("y")
        #expect(driver.commands == [.changeBacklogs(1, .cancel)])
    }
}
