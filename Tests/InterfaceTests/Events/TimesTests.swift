import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Times that are true of the moment at which they are read.
@Suite(.cases)
struct TimesTests {
    @Test(arguments: [
        (-5, 20, "now"), (0, 20, "now"), (1, 20, "in 1 s"), (40, 20, "in 40 s"), (40, 4, "40 s"), (60, 20, "in 60 s"),
        (61, 20, "at 18:08:04"), (340, 20, "at 18:12:43"), (340, 8, "18:12:43"), (340, 5, "18:12"),
        (7200, 20, "at 20:07"), (90_000, 20, "11-24 19:07"),
    ])
    func `a time near now has seconds or counts down`(seconds: Int64, room: Int, words: String) {
        let driver = Driver(140, 40)
        #expect(driver.context.upcoming(Sample.now.advanced(bySeconds: seconds), room: room).string == words)
    }

    @Test func `a countdown ticks by the second while it is seen, and not before or after`() {
        var event = Sample.event(1, state: .retrying)
        event = event.retried(at: Sample.now.advanced(bySeconds: 63))
        var driver = Driver(140, 40, log: [event])
        #expect(driver.text.contains("↻ 2/10 at 18:08:06"))
        #expect(driver.pass(milliseconds: 2500) <= 1)
        let ticks = driver.pass(milliseconds: 20_000)
        #expect((18...24).contains(ticks), "\(ticks)")
        #expect(driver.text.contains("↻ 2/10 in 41 s"), "\(driver.text)")
        driver.pass(milliseconds: 45_000)
        #expect(driver.text.contains("↻ 2/10 now"))
        driver.keys("c")
    }

    @Test func `list and detail say which time they show`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        #expect(driver.text.contains("STORED") && !driver.text.contains(" TIME "))
        driver.keys("enter")
        driver.answer()
        #expect(driver.text.contains("changed 17:33:50, stored 17:33:50"))
        // The date stands where it isn't today's.
        driver.wait(milliseconds: 24 * 3_600_000)
        #expect(driver.text.contains("changed 2026-11-23 17:33:50"))
    }

    /// As in Berlin in the autumn of 2026.
    private static let turned = LocalClock { moment in
        moment < Timestamp(parsing: "2026-10-25T01:00:00Z") ?? .distantPast ? 7200 : 3600
    }

    @Test func `a moment is shown as the clock stood then, not as it stands now`() throws {
        let context = Driver(140, 40, clock: Self.turned).context
        #expect(context.clock(Sample.now).string == "19:07:03")
        let summer = try #require(Timestamp(parsing: "2026-07-01T22:30:00Z"))
        #expect(context.fullClock(summer).string == "2026-07-02 00:30:00")
        #expect(context.date(summer).string == "Thu 2026-07-02")
    }

    @Test func `a day on which the clock is turned has all of its hours`() throws {
        let noon = try #require(Timestamp(parsing: "2026-10-25T11:00:00Z"))
        var strip = HeatStrip()
        strip.turn(to: noon, clock: Self.turned, columns: 96)
        #expect(strip.start == Timestamp(parsing: "2026-10-24T22:00:00Z"))
        let end = try #require(Timestamp(parsing: "2026-10-25T23:00:00Z"))
        #expect(strip.column(of: end.advanced(byMilliseconds: -1)) != nil && strip.column(of: end) == nil)
        strip.turn(to: end, clock: Self.turned, columns: 96)
        #expect(strip.start == end)
    }

    @Test(arguments: [(20, "held until 18:07:23"), (7200, "held until 20:07")])
    func `a hold ends at a time with seconds where that matters`(seconds: Int64, words: String) {
        let held = CallbackState.held(reason: "it is down", until: Sample.now.advanced(bySeconds: seconds))
        #expect(Driver(140, 40, instances: [Sample.overview(callback: held)]).text.contains(words))
    }

    @Test func `a next attempt after midnight shows its minutes, and one in some days its date`() {
        func cell(_ seconds: Int64) -> String {
            var delivery = Sample.delivery(1, .retrying)
            delivery.nextAttempt = Sample.now.advanced(bySeconds: seconds)
            let sample = Sample.event(1, state: .retrying)
            let event = EventSummary(
                sequence: 1,
                eventID: "evt1",
                instanceID: 1,
                object: "Account",
                recordID: sample.recordID,
                recordName: "Acme",
                change: .created,
                isUndelete: false,
                source: .polling,
                date: sample.date,
                receivedAt: sample.receivedAt,
                changedFieldNames: [],
                delivery: delivery
            )
            return Driver(log: [event]).text
        }
        #expect(cell(7 * 3600).contains("↻ 2/10 at 01:07"))
        #expect(cell(40 * 3600).contains("↻ 2/10 11-25 10:07"))
    }
}
extension EventSummary {
    fileprivate func retried(at moment: Timestamp) -> EventSummary {
        guard var delivery else { return self }
        delivery.nextAttempt = moment
        return with(delivery)
    }
}
