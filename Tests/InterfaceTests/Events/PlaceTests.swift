import Domain
import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Where the list stands in its history: n of N, marks in the scrollbar, dates between days.
@Suite(.cases)
struct PlaceTests {
    private static func driver(_ count: Int64, _ state: (Int64) -> DeliveryState? = { _ in nil }) -> Driver {
        var driver = Driver(140, 40, log: (1...count).map { Sample.event($0, state: state($0)) })
        driver.pass(milliseconds: 600)
        return driver
    }

    @Test func `the title says which one of how many, wherever one has gone`() {
        var driver = Self.driver(5000)
        #expect(driver.text.contains("5 000") && !driver.text.contains("of 5 000"))
        driver.keys("k k")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("4 998 of 5 000"), "\(driver.text)")
        driver.keys("home")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("1 of 5 000"))
        // Somewhere in the middle, and a long way from there.
        driver.keys("@")
        let moment = Sample.event(2100).receivedAt.advanced(bySeconds: 1)
        driver.type("\(moment.datePart) \(moment.timePart)")
        driver.keys("enter")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("2 100 of 5 000"))
        for (key, times) in [("pageup", 30), ("pagedown", 45)] {
            for _ in 0..<times {
                driver.keys(key)
                driver.answer()
            }
            driver.pass(milliseconds: 600)
            let selected = Int(driver.events.selected ?? 0)
            #expect(driver.text.contains("\(selected.grouped) of 5 000"), "\(selected)")
        }
        // What comes meanwhile is newer: only the number of all changes.
        let selected = Int(driver.events.selected ?? 0)
        driver.store(5001...5010)
        driver.pass(milliseconds: 2000)
        #expect(driver.text.contains("\(selected.grouped) of 5 010"))
    }

    @Test func `of a filter's events, too`() {
        var driver = Self.driver(4000) { $0 % 4 == 0 ? .dead : nil }
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter k")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("999 of 1 000, 4 000 in all"), "\(driver.text)")
    }

    /// The rows of the scrollbar's track that bear a mark of this role.
    private func marks(_ role: Character, _ driver: Driver) -> [Int] {
        let canvas = driver.dashboard.frame().canvas
        let rows = canvas.roles.split(separator: "\n", omittingEmptySubsequences: false)
        let text = canvas.text.split(separator: "\n", omittingEmptySubsequences: false)
        let mark = Glyphs.unicode.scrollMark.string
        return rows.indices.filter { rows[$0].last == role && text[$0].hasSuffix(mark) }
    }

    @Test func `failures anywhere in the history are marked in the scrollbar`() {
        var driver = Self.driver(4000) { [100, 2000, 2001].contains($0) ? .dead : nil }
        driver.pass(milliseconds: 1000)
        // The track has 35 rows below the heads.
        let first = marks("x", driver)
        #expect(first.count == 2, "\(first)\n\(driver.text)")
        #expect(first.first ?? 99 < 6 && abs((first.last ?? 0) - 21) <= 2)
        // One that fails later is marked some seconds later.
        driver.store([Sample.event(4001, state: .dead)] + (4002...4300).map { Sample.event($0) })
        driver.pass(milliseconds: 6000)
        #expect(marks("x", driver).count == 3)
    }

    @Test func `a short list asks for nothing`() {
        var driver = Driver(140, 24, log: (1...5).map { Sample.event($0) })
        driver.pass(milliseconds: 20_000)
        #expect(!driver.commands.contains { if case .loadHistogram = $0 { true } else { false } })
    }

    @Test func `an idle list asks once`() {
        var driver = Self.driver(1000)
        driver.forget()
        let wakeUps = driver.pass(milliseconds: 60_000)
        #expect(!driver.commands.contains { if case .loadHistogram = $0 { true } else { false } })
        #expect(wakeUps <= 10)
    }

    // MARK: Days

    private static func midnight(_ utcOffset: Int = 0, height: Int = 24) -> Driver {
        // Every 20 minutes from the afternoon before on.
        let log = (1...90).map { (number: Int64) in
            Sample.event(number, at: Sample.now.advanced(bySeconds: (number - 90) * 1200))
        }
        var driver = Driver(100, height, log: log, utcOffset: utcOffset)
        driver.pass(milliseconds: 600)
        return driver
    }

    /// Goes up until the line is in view.
    private static func showMidnight(_ driver: inout Driver) {
        for _ in 0..<90 where !driver.text.contains("Mon 2026-11-23") {
            driver.keys("k")
            driver.answer()
        }
    }

    @Test(arguments: [(0, 35), (7200, 29), (-18_000, 50)])
    func `a line with the date stands where the list crosses midnight of the screen's clock`(
        utcOffset: Int,
        last: Int64
    ) {
        var driver = Self.midnight(utcOffset)
        Self.showMidnight(&driver)
        let rows = driver.text.split(separator: "\n").map(String.init)
        let line = rows.firstIndex { $0.contains("Mon 2026-11-23") }
        if let line {
            #expect(rows[line - 1].contains("Number \(last) ") && rows[line + 1].contains("Number \(last + 1) "))
            #expect(rows.contains { $0.contains("11-22") && $0.contains("CHANGE") })
        } else {
            Issue.record("no date line:\n\(driver.text)")
        }
    }

    @Test func `moving passes over it, and every selected row is in view`() {
        var driver = Self.midnight(height: 16)
        driver.keys("home")
        driver.answer()
        for number in 1...90 as ClosedRange<Int64> {
            #expect(driver.events.selected == number)
            #expect(driver.events.visibleRange.contains(Int(number) - 1))
            #expect(driver.events.lines.count <= driver.events.height)
            #expect(driver.text.contains("Number \(number) "), "\(driver.text)")
            driver.keys("down")
            driver.answer()
        }
        for number in (1...90 as ClosedRange<Int64>).reversed() {
            #expect(driver.events.selected == number && driver.text.contains("Number \(number) "))
            driver.keys("up")
            driver.answer()
        }
    }

    @Test func `the wheel turns over it, and a click on it selects nothing`() {
        var driver = Self.midnight()
        Self.showMidnight(&driver)
        let rows = driver.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let line = rows.firstIndex(where: { $0.contains("Mon 2026-11-23") }) else {
            Issue.record("no date line:\n\(driver.text)")
            return
        }
        let before = driver.events.selected
        driver.click(20, line)
        #expect(driver.events.selected == before)
        driver.click(20, line + 1)
        #expect(driver.events.selectedRow?.recordName == "Number 36")
    }
}
