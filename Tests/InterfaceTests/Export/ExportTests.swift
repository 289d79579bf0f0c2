import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Getting the events of the list into a file.
@Suite(.cases)
struct ExportTests {
    static func opened(_ keys: String = "X", _ width: Int = 140, _ height: Int = 40) -> Driver {
        var driver = Driver(width, height, log: (1...60).map { Sample.event($0, state: $0 <= 20 ? .dead : nil) })
        driver.answer()
        driver.keys(keys)
        driver.forget()
        return driver
    }

    private static let sizes = [(140, 40), (100, 30), (80, 24), (60, 16), (40, 8)]

    @Test(arguments: sizes)
    func `the dialog that begins an export`(width: Int, height: Int) {
        Self.opened("X", width, height).screen.expectGolden("export-\(width)x\(height)")
    }

    private static func order(_ driver: Driver) -> ExportOrder? {
        driver.commands.lazy.compactMap { if case .export(let order) = $0 { order } else { nil } }.first
    }

    @Test func `what the list shows goes into a file with a proposed name, whose ending follows the format`() throws {
        var driver = Self.opened("k")
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter X")
        #expect(driver.text.contains("Export 20 events of state:dead"))
        driver.keys("tab right")
        driver.keys("enter")
        let order = try #require(Self.order(driver))
        var filter = try EventFilter(parsing: "state:dead", now: Sample.now)
        filter.instanceIDs = [1]
        #expect(order.filter == filter && order.format == .csv && !order.mayReplace)
        #expect(order.path == "signalbox-mySFDCInstance-20261123-180703.csv")
    }

    @Test(arguments: sizes)
    func `the dialog says in which directory it writes, as long as the name does not`(width: Int, height: Int) {
        var driver = Self.opened("", width, height)
        driver.start(in: "/srv/" + String(repeating: "deep/", count: 40) + "work")
        driver.keys("X")
        #expect(driver.text.contains(width < 60 ? "deep/work" : "deep/deep/work"), "\(driver.text)")
        #expect(driver.text.contains("20261123-180703.ndjson"), "\(driver.text)")
        driver.keys("ctrl+u")
        driver.type("/tmp/x.ndjson")
        #expect(!driver.text.contains("deep/work"), "\(driver.text)")
        driver.keys("ctrl+u")
        driver.type("~/x.ndjson")
        #expect(!driver.text.contains("deep/work"), "\(driver.text)")
    }

    @Test func `marks go before what the list shows`() throws {
        var driver = Self.opened("k k space k k space X")
        #expect(driver.text.contains("Export 2 marked events"))
        driver.keys("enter")
        let order = try #require(Self.order(driver))
        var filter = driver.context.marked.filter
        filter.instanceIDs = [1]
        #expect(order.filter == filter)
    }

    @Test func `how far it is stands in a line, the list goes on, and it can be ended after a question`() throws {
        var driver = Self.opened()
        driver.keys("enter")
        let order = try #require(Self.order(driver))
        driver.send(.exportProgress(order.number, 12))
        #expect(driver.text.contains("exporting") && driver.text.contains("12 of 60"))
        driver.keys("k k")
        #expect(driver.events.selected == 58)
        driver.keys("X")
        #expect(driver.text.contains("End the export?"))
        driver.forget()
        driver.keys("y")
        #expect(driver.commands == [.cancelExport(order.number)])
        driver.send(.exported(order.number, .cancelled))
        #expect(driver.text.contains("no file of it is left") && !driver.text.contains("exporting"))
    }

    @Test func `quitting asks while an export runs, and another instance is shown without a question`() {
        var driver = Self.opened()
        driver.keys("enter")
        driver.forget()
        driver.keys("q")
        #expect(!driver.commands.contains(.quit))
        let question = driver.dashboard.layers.top as? Interface.Confirmation
        #expect(question?.text.contains("The export to signalbox-") == true)
        driver.keys("esc I")
        #expect(driver.dashboard.layers.isEmpty && driver.form.instance == nil)
        driver.keys("2 q y")
        #expect(driver.commands.contains(.quit))
    }

    @Test func `a file that is there is replaced only after a yes`() throws {
        var driver = Self.opened()
        driver.keys("enter")
        let order = try #require(Self.order(driver))
        driver.forget()
        driver.send(.exported(order.number, .exists(path: "/tmp/a.ndjson")))
        #expect(driver.text.contains("Replace the file?") && Self.order(driver) == nil)
        driver.keys("y")
        let again = try #require(Self.order(driver))
        #expect(again.mayReplace && again.path == order.path && again.number != order.number)
        // The answer to the first says nothing of the second.
        driver.send(.exported(order.number, .done(path: "/tmp/a.ndjson", events: 1)))
        #expect(driver.text.contains("exporting"))
        driver.send(.exported(again.number, .done(path: "/tmp/a.ndjson", events: 60)))
        #expect(driver.text.contains("60 events exported to /tmp/a.ndjson."))
    }

    @Test func `without a name nothing is written, and a failure is said`() throws {
        var driver = Self.opened()
        driver.keys("ctrl+u enter")
        #expect(driver.text.contains("✗ Name the file") && driver.commands.isEmpty)
        driver.type("a.har")
        driver.keys("enter")
        let order = try #require(Self.order(driver))
        driver.send(.exported(order.number, .failed("/x is read-only.")))
        #expect(driver.text.contains("Nothing was exported: /x is read-only."))
    }
}
