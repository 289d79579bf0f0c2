import Domain
import Drawing
import EngineAPI
import TestSupport
import Testing

@testable import Interface

/// What lies over the dashboard; `RECORD_SCREENS=1 swift test` accepts what is drawn now.
@Suite(.cases)
struct GoldenDialogTests {
    private static let sizes = [(140, 40), (100, 30), (80, 24), (60, 16), (40, 8)]

    private func name(_ what: String, _ size: (Int, Int)) -> String { "\(what)-\(size.0)x\(size.1)" }

    private var log: [EventSummary] { (1...30).map { Sample.event($0, state: $0 % 4 == 0 ? .dead : nil) } }

    @Test(arguments: sizes)
    func `the dialog that begins a bulk replay`(width: Int, height: Int) {
        var driver = Driver(width, height, log: log)
        driver.keys("B")
        driver.pass(milliseconds: 400)
        driver.screen.expectGolden(name("replay-many", (width, height)))
        driver.keys("ctrl+u")
        driver.type("state:dead since:whenever")
        driver.pass(milliseconds: 400)
        driver.screen.expectGolden(name("replay-wrong", (width, height)))
    }

    @Test(arguments: sizes)
    func `a filter of the list`(width: Int, height: Int) {
        var driver = Driver(width, height, log: log)
        driver.keys("/")
        driver.type("state:")
        driver.keys("tab tab tab")
        driver.pass(milliseconds: 600)
        driver.screen.expectGolden(name("filter-completing", (width, height)))
        driver.keys("ctrl+u")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter")
        driver.screen.expectGolden(name("filter-kept", (width, height)))
        driver.keys("/")
        driver.type(" took:long")
        driver.screen.expectGolden(name("filter-wrong", (width, height)))
        driver.keys("ctrl+u")
        driver.type("object:Nothing__c")
        driver.pass(milliseconds: 600)
        driver.keys("enter")
        driver.screen.expectGolden(name("filter-empty", (width, height)))
    }

    @Test(arguments: sizes)
    func `bulk replays on their way`(width: Int, height: Int) {
        var overview = Sample.overview()
        overview.backfills = [BackfillProgress(object: "Account", rows: 1200, total: 5000)]
        var driver = Driver(width, height, instances: [overview], log: log)
        driver.jobs = [
            ReplayTests.job(4, failed: 3, lastError: "answered 500"), ReplayTests.job(3, .paused, done: 12),
            ReplayTests.job(2, .completed, done: 1204, failed: 4, total: 1204, lastError: "answered 503"),
            ReplayTests.job(1, .cancelled, done: 7),
        ]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.screen.expectGolden(name("replay-progress", (width, height)))
        driver.keys("J")
        driver.answer()
        driver.screen.expectGolden(name("replay-jobs", (width, height)))
    }

    @Test(arguments: sizes)
    func `the Apex of an instance`(width: Int, height: Int) {
        var driver = Driver(width, height, instances: [ApexTests.webhooks()])
        driver.apex = ApexTests.deployed
        driver.apex.trouble =
            "The org's triggers post to hooks.example, but webhooks come in at 127.0.0.1:8180; deploy them again."
        driver.keys("a")
        driver.answer()
        driver.screen.expectGolden(name("apex", (width, height)))
        driver.keys("down down enter")
        driver.screen.expectGolden(name("apex-export", (width, height)))
        driver.keys("esc esc")
        driver.send(
            .apexEnded(1, .deploying, .failed("The org refused it and nothing was changed.", ApexTests.refused))
        )
        driver.screen.expectGolden(name("apex-refused", (width, height)))
    }

    @Test(arguments: sizes)
    func `a switch to webhooks with the optional fields open`(width: Int, height: Int) {
        var driver = Driver(width, height)
        driver.keys("c tab right")
        driver.screen.expectGolden(name("switch-webhooks", (width, height)))
        for _ in 0..<40 where driver.form.focus != .optional { driver.keys("tab") }
        driver.keys("right tab tab tab tab tab right tab")
        driver.screen.expectGolden(name("optional-fields", (width, height)))
    }

    @Test(arguments: sizes)
    func `the story of a record`(width: Int, height: Int) {
        var driver = Driver(width, height, log: (1...14).map { Sample.event($0, state: $0 == 12 ? .dead : nil, of: 2) })
        driver.keys("k k s")
        driver.answer()
        driver.screen.expectGolden(name("story", (width, height)))
    }

    @Test(arguments: sizes)
    func `two events compared`(width: Int, height: Int) {
        var driver = Driver(width, height, log: (1...14).map { Sample.event($0, of: 2) })
        driver.details[14] = Sample.detail(Sample.event(14, of: 2), email: "ada.lovelace@new.example")
        driver.keys("d")
        driver.answer()
        driver.screen.expectGolden(name("compare", (width, height)))
    }

    @Test(arguments: sizes)
    func `places found in the detail`(width: Int, height: Int) {
        var driver = Driver(width, height, log: log)
        driver.keys("k k enter")
        driver.answer()
        driver.keys("right right ctrl+f")
        driver.type("account")
        driver.screen.expectGolden(name("detail-found", (width, height)))
    }

    @Test(arguments: [(150, 40), (170, 30), (198, 50)])
    func `the detail beside the list`(width: Int, height: Int) {
        var driver = Driver(width, height, log: log)
        driver.keys("k k enter")
        driver.answer()
        driver.screen.expectGolden(name("pair", (width, height)))
    }
}
