import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Which records change most, and the way from there to what happened to one.
@Suite(.cases)
struct BusyListTests {
    /// Of 40 events as `Sample` has them; the third has a hostile name, the fourth none.
    static let busiest = BusyRecords(
        records: [
            BusyRecord(newest: Sample.event(40), events: 1204), BusyRecord(newest: Sample.event(38), events: 96),
            BusyRecord(
                newest: named("\u{1B}[31m東京 with a name that is much longer than its row has room for"),
                events: 12
            ),
            BusyRecord(newest: named(nil), events: 12), BusyRecord(newest: Sample.event(31), events: 3),
            BusyRecord(newest: Sample.event(30), events: 2),
        ],
        since: Sample.now.advanced(bySeconds: -3600)
    )

    private static func named(_ name: String?) -> EventSummary {
        EventSummary(
            sequence: 35,
            eventID: "evt35",
            instanceID: 1,
            object: "Purchase_Order_Line_Item__c",
            recordID: name == nil ? "003Qy00000A9999IAB" : "003Qy00000A9998IAB",
            recordName: name,
            change: .updated,
            isUndelete: false,
            source: .polling,
            date: Sample.now,
            receivedAt: Sample.now.advanced(bySeconds: -30),
            changedFieldNames: ["Email"],
            delivery: nil
        )
    }

    static func opened(_ width: Int = 140, _ height: Int = 40) -> Driver {
        var driver = Driver(width, height, log: (1...40).map { Sample.event($0) })
        driver.figures = OverviewTests.figures()
        driver.keys("b")
        driver.answer()
        return driver
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16), (40, 8)])
    func `the records that change most`(width: Int, height: Int) {
        Self.opened(width, height).screen.expectGolden("busy-records-\(width)x\(height)")
    }

    @Test func `Enter tells the story of the record, Esc comes back, and an event of it opens below both`() throws {
        var driver = Self.opened()
        driver.keys("down enter")
        driver.answer()
        let chosen = Self.busiest.records[1].newest
        let name = try #require(chosen.recordName)
        #expect(driver.text.contains("Story of \(chosen.object) \(name)"), "\(driver.text)")
        driver.keys("esc")
        #expect(driver.dashboard.layers.count == 1 && driver.text.contains("Records that change most"))
        let line = driver.text.split(separator: "\n").first { $0.contains("▸") && $0.contains(name) }
        #expect(line?.contains("96") == true, "\(driver.text)")
        driver.keys("enter")
        driver.answer()
        driver.keys("enter")
        driver.answer()
        #expect(driver.dashboard.layers.isEmpty && driver.detail?.sequence == chosen.sequence)
    }

    @Test func `out of the overview it opens too, and a click chooses before it tells`() {
        var driver = OverviewTests.opened()
        #expect(driver.text.contains("Records that change most"))
        driver.keys("b")
        driver.answer()
        #expect(driver.dashboard.layers.count == 2)
        let row = driver.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
            $0.contains("003Qy00000A9999IAB") && $0.contains("last ")
        }
        driver.click(60, row ?? 0)
        #expect(driver.dashboard.layers.count == 2)
        driver.click(60, row ?? 0)
        driver.answer()
        #expect(driver.dashboard.layers.count == 3)
    }

    @Test func `what is not there is said, and the choice stays with its record while counts change`() {
        var driver = Driver(100, 30, log: [Sample.event(1)])
        driver.keys("b")
        #expect(driver.text.contains("Counting…"))
        var figures = OverviewTests.figures()
        figures.instance?.events.busiest = BusyRecords()
        driver.figures = figures
        driver.answer()
        #expect(driver.text.contains("No record changed more than once"), "\(driver.text)")
        driver = Self.opened()
        driver.keys("down")
        figures.instance?.events.busiest = BusyRecords(
            records: [Self.busiest.records[1], Self.busiest.records[0]],
            since: Sample.now
        )
        driver.figures = figures
        driver.send(.notice(.deliveries([])))
        driver.pass(milliseconds: 6000)
        let line = driver.text.split(separator: "\n").first { $0.contains("▸") && $0.contains("96") }
        #expect(line != nil, "\(driver.text)")
    }
}
