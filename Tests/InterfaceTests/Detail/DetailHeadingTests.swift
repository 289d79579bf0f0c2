import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The lines above what is read of an event.
@Suite(.cases)
struct DetailHeadingTests {
    private func opened(_ width: Int, name: String? = nil) -> Driver {
        let last = name.map { event(named: $0) } ?? Sample.event(22)
        var driver = Driver(width, 24, log: (1...21).map { Sample.event($0) } + [last])
        driver.keys("k j enter")
        driver.answer()
        return driver
    }

    private func event(named name: String) -> EventSummary {
        EventSummary(
            sequence: 22,
            eventID: "evt22",
            instanceID: 1,
            object: "Account",
            recordID: "003Qy00000A1022IAB",
            recordName: name,
            change: .updated,
            isUndelete: false,
            source: .polling,
            date: Sample.now,
            receivedAt: Sample.now,
            changedFieldNames: ["Email"],
            delivery: nil
        )
    }

    private func tabs(_ driver: Driver) -> String {
        let lines = driver.text.split(separator: "\n").map(String.init)
        return lines.first { line in DetailTab.allCases.contains { line.contains("[" + $0.title) } } ?? ""
    }

    @Test func `tabs without room are hidden behind a sign, which leads to them`() throws {
        var driver = opened(40)
        #expect(tabs(driver).contains("›") && !tabs(driver).contains("‹"), "\(driver.text)")
        #expect(!tabs(driver).contains("Raw"))
        driver.keys("right right right right")
        driver.answer()
        #expect(tabs(driver).contains("[Raw]") && tabs(driver).contains("‹"), "\(driver.text)")
        #expect(!tabs(driver).contains("›") && !tabs(driver).contains("Changes"))
        let lines = driver.text.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains("‹ ") && $0.contains("[Raw]") })
        let sign = try #require(lines[row].firstIndex(of: "‹"))
        driver.click(lines[row].distance(from: lines[row].startIndex, to: sign), row)
        driver.answer()
        #expect(driver.detail?.tab != .raw)
        #expect(!tabs(opened(100)).contains("›"), "where there is room for all")
    }

    @Test(arguments: [80, 260])
    func `a name of any length leaves the record's id and its source, and goes before its times`(width: Int) {
        let long = String(repeating: "Very long name ", count: 17)
        let text = opened(width, name: long).text
        let line = text.split(separator: "\n").first { $0.contains("1022IAB  ") && $0.contains("…") } ?? ""
        #expect(line.contains("Very long name Very long name V") && line.contains("  by polling"), "\(text)")
        #expect(line.contains("  changed ") == (width > 100), "\(text)")
        let fitting = opened(width, name: "Very long name Very long name").text
        #expect(fitting.contains("Very long name Very long name  003Qy"), "\(fitting)")
        let short = opened(width, name: "Ada").text
        #expect(short.contains("Ada  003Qy"), "\(short)")
    }
}
