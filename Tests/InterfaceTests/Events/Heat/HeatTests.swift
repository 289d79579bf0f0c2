import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The day above the list.
@Suite(.cases)
struct HeatTests {
    /// An event each half hour of two days and a half, up to the moment of the samples (18:07); the third of each day failed.
    static let log = (1...125).map { (number: Int64) in
        let moment = Sample.now.advanced(bySeconds: (number - 125) * 1800)
        return Sample.event(number, at: moment, number == 100 ? .dead : .delivered)
    }

    private static func driver(
        _ height: Int = 40,
        utcOffset: Int = 0,
        memory: DashboardMemory = DashboardMemory()
    ) -> Driver {
        var driver = Driver(140, height, log: log, memory: memory, utcOffset: utcOffset)
        driver.pass(milliseconds: 600)
        return driver
    }

    private func rows(_ driver: Driver) -> [String] {
        driver.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The row with the hours, if the day is shown.
    private func scale(_ driver: Driver) -> Int? {
        rows(driver).firstIndex { row in
            ["00 ", " 06 ", " 12 "].allSatisfy { row.contains($0) } && !row.contains(":07:03")
        }
    }

    @Test func `the day of the selected row is shown, with its failure, where the screen has room`() {
        let driver = Self.driver()
        guard let scale = scale(driver) else {
            Issue.record("no day:\n\(driver.text)")
            return
        }
        #expect(rows(driver)[scale - 1].contains("11-23") && rows(driver)[scale].contains("↑"))
        let bars = rows(driver)[scale - 1].count { "▁▂▃▄▅▆▇█".contains($0) }
        // 00:07 to 18:07.
        #expect(bars == 37)
        let roles = driver.dashboard.frame().canvas.roles.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(roles[scale - 1].count { $0 == "x" } == 1)
        #expect(self.scale(Self.driver(29)) == nil)
    }

    @Test func `H shows and hides it, and that is remembered`() {
        var driver = Self.driver()
        driver.keys("H")
        #expect(scale(driver) == nil)
        let memory = driver.dashboard.settings.memory
        #expect(memory[HeatMemory.self].isShown == false && scale(Self.driver(memory: memory)) == nil)
        var small = Self.driver(24)
        small.keys("H")
        small.pass(milliseconds: 600)
        #expect(scale(small) != nil)
        driver.keys("H")
        driver.pass(milliseconds: 600)
        #expect(scale(driver) != nil)
    }

    @Test func `left and right go through the events of the day, then of the days beside it`() {
        var driver = Self.driver()
        func press(_ key: String) {
            driver.keys(key)
            driver.pass(milliseconds: 600)
        }
        press("left")
        #expect(driver.events.selected == 124 && !driver.events.isFollowing)
        press("left")
        press("right")
        #expect(driver.events.selected == 124)
        press("right")
        press("right")
        #expect(driver.events.isFollowing && driver.events.selected == 125)
        // 89 is the first of the day: 00:07.
        for _ in 0..<40 { press("left") }
        #expect(driver.events.selected == 85)
        #expect(rows(driver)[scale(driver).map { $0 - 1 } ?? 0].contains("11-22"))
        for _ in 0..<10 { press("right") }
        #expect(driver.events.selected == 95)
    }

    @Test func `a click goes to the events of that time`() {
        var driver = Self.driver()
        guard let scale = scale(driver) else {
            Issue.record("no day:\n\(driver.text)")
            return
        }
        let row = Array(rows(driver)[scale])
        let noon = row.indices.first { row[$0] == "1" && row[$0 + 1] == "2" } ?? 0
        driver.click(noon, scale - 1)
        driver.pass(milliseconds: 600)
        // The last one that was stored by then.
        let moment = driver.events.selectedRow?.receivedAt
        #expect(moment.map { $0.timePart.hasPrefix("12:07") || $0.timePart.hasPrefix("11:37") } == true)
    }

    @Test(arguments: [0, 3600, -3600, 19_800, -43_200, 50_400])
    func `the day is that of the screen's clock`(utcOffset: Int) {
        var strip = HeatStrip()
        for number in stride(from: 0, to: 125, by: 7) {
            let moment = Self.log[number].receivedAt
            strip.turn(to: moment, clock: LocalClock(utcOffset: utcOffset), columns: 96)
            let local = strip.start?.advanced(bySeconds: Int64(utcOffset))
            #expect(local?.timePart == "00:00:00")
            #expect(local?.datePart == moment.advanced(bySeconds: Int64(utcOffset)).datePart)
            #expect(strip.column(of: moment).map { (0..<96).contains($0) } == true)
            #expect(strip.column(of: moment.advanced(bySeconds: 86_400)) == nil)
        }
    }

    @Test func `an hour stands where the clock shows it, also on a day that begins at one`() {
        // As in Beirut: at midnight it is turned to one.
        let turned = Sample.now.advanced(bySeconds: -(18 * 3600 + 7 * 60 + 3))
        let clock = LocalClock { $0 < turned ? 0 : 3600 }
        var strip = HeatStrip()
        strip.turn(to: Sample.now, clock: clock, columns: 23)
        #expect(strip.start == turned && strip.columns == 23)
        #expect(strip.column(ofHour: 0, clock: clock) == nil, "it is skipped")
        for hour in 1..<24 { #expect(strip.column(ofHour: hour, clock: clock) == hour - 1) }
        strip.turn(to: Sample.now, clock: LocalClock(utcOffset: 3600), columns: 24)
        for hour in 0..<24 { #expect(strip.column(ofHour: hour, clock: LocalClock(utcOffset: 3600)) == hour) }
    }

    @Test func `each column is found again by its end, whatever their number`() {
        for columns in [1, 2, 7, 96, 131, 512] {
            var strip = HeatStrip()
            strip.turn(to: Sample.now, clock: .utc, columns: columns)
            for column in 0..<columns {
                guard let end = strip.end(of: column) else {
                    Issue.record("column \(column) of \(columns) has no end")
                    continue
                }
                #expect(strip.column(of: end.advanced(byMilliseconds: -1)) == column)
            }
        }
    }

    @Test func `an idle day is counted once`() {
        var driver = Self.driver()
        driver.forget()
        driver.pass(milliseconds: 60_000)
        #expect(!driver.commands.contains { if case .loadHistogram = $0 { true } else { false } })
    }
}
