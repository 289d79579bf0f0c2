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
        #expect(text.contains("^P “backlog” pauses"), "\(text)")
        var rested = driver(isPaused: true)
        let paused = rested.text
        #expect(paused.contains("^P “backlog” goes on"), "\(paused)")
        rested.keys("w")
        let report = "Backlog of Account: \(1200.grouped) of about \(5000.grouped) records read, paused"
        #expect(rested.text.contains(report), "\(rested.text)")
        #expect(paused.contains("paused") && !paused.contains("400/s"))
    }

    @Test func `the one that is read comes first, and one that fails says why beside it`() {
        var overview = Sample.overview()
        var gone = BackfillProgress(object: "Gone__c", rows: 0, total: nil)
        gone.problem = "It is gone."
        var account = BackfillProgress(object: "Account", rows: 1200, total: 5000)
        account.secondsLeft = 10
        overview.backfills = [gone, account]
        let driver = Driver(160, 40, instances: [overview])
        let lines = driver.text.split(separator: "\n").filter { $0.contains(" backlog ") }
        #expect(lines.count == 2)
        #expect(lines[0].contains("Account") && lines[0].contains("1 more object") && !lines[0].contains("gone"))
        #expect(lines[1].contains("Gone__c") && lines[1].contains("It is gone."))
    }

    @Test func `of one that nobody has counted it is said that it has not begun`() {
        var overview = Sample.overview()
        overview.backfills = [BackfillProgress(object: "Account", rows: 0, total: nil)]
        var text = Driver(160, 40, instances: [overview]).text
        #expect(text.contains("backlog Account not begun yet"), "\(text)")
        overview.backfills = [BackfillProgress(object: "Account", rows: 25, total: nil)]
        text = Driver(160, 40, instances: [overview]).text
        #expect(text.contains("backlog Account 25 records"), "no share of an unknown number: \(text)")
    }

    @Test(arguments: [(false, BacklogChange.pause), (true, .resume)])
    func `one action pauses it and goes on with it`(isPaused: Bool, change: BacklogChange) {
        var driver = driver(isPaused: isPaused)
        driver.keys("ctrl+p")
        driver.type("pause the backlog")
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands == [.changeBacklogs(1, change)])
        driver.send(.backlogsChanged(1, change, .success(Done())))
        #expect(driver.text.contains(isPaused ? "The backlog goes on." : "The backlog is paused; “Pause"))
    }

    @Test func `a backlog that has ended is said, once, and not where it was cancelled`() {
        var driver = driver()
        let ended = "The backlog of Account has ended"
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(!driver.text.contains(ended))
        driver.instances[0].backfills = []
        for _ in 0..<2 {
            driver.send(.notice(.instance(1)))
            driver.pass(milliseconds: 600)
        }
        #expect(driver.messages.entries.filter { $0.text.hasPrefix(ended) }.map(\.count) == [1])
        driver = self.driver()
        driver.send(.backlogsChanged(1, .cancel, .success(Done())))
        driver.instances[0].backfills = []
        driver.pass(milliseconds: 600)
        #expect(!driver.text.contains(ended) && driver.text.contains("The backlog is cancelled"))
    }

    @Test func `cancelling asks first`() {
        var driver = driver()
        driver.keys("ctrl+p")
        driver.type("cancel the backlog")
        driver.keys("enter")
        #expect(driver.text.contains("Cancel the backlog?"))
        // “Cancel” alone could mean the backlog, or the question.
        let buttons = ["[ Go on ] n", "[ Cancel the backlog ] y"]
        #expect(buttons.allSatisfy { driver.text.contains($0) }, "\(driver.text)")
        #expect(!driver.text.contains("[ Cancel ]"))
        driver.forget()
        driver.keys("y")
        #expect(driver.commands == [.changeBacklogs(1, .cancel)])
    }
}
