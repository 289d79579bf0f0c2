import Domain
import Drawing
import Primitives

extension DashboardContext {
    /// `18:07:03` in the time zone of the screen.
    func clock(_ moment: Timestamp) -> DisplayText {
        DisplayText(local(moment).timePart)
    }

    /// `18:07:43` within an hour of now, else `18:07`, or with the date where it isn't today.
    func shortClock(_ moment: Timestamp) -> DisplayText {
        let (local, today) = (self.local(moment), self.local(now))
        if abs(moment.since(now)) < Self.near, local.datePart == today.datePart { return clock(moment) }
        let time = DisplayText(String(local.timePart.prefix(5)))
        return local.datePart == today.datePart ? time : DisplayText(String(local.datePart.dropFirst(5))) + " " + time
    }

    /// Milliseconds from now within which a minute is too coarse.
    private static let near: Int64 = 3_600_000
    /// Milliseconds to go from which on seconds are counted down.
    static let countdown: Int64 = 60_000

    /// A moment to come in at most `room` columns: `in 40 s`, `at 00:05:10` within the hour, `at 00:05` within a day,
    /// `11-25 00:05` later.
    func upcoming(_ moment: Timestamp, room: Int) -> DisplayText {
        let left = moment.since(now)
        if left <= 0 { return "now" }
        if left <= Self.countdown {
            let words = DisplayText("\((left + 999) / 1000) s")
            return room >= words.width + 3 ? "in " + words : words
        }
        let seconds = clock(moment)
        if left < Self.near, room >= seconds.width { return room >= seconds.width + 3 ? "at " + seconds : seconds }
        let local = self.local(moment)
        let time = DisplayText(String(local.timePart.prefix(5)))
        // The next time that the clock shows it, whatever the date.
        if moment.since(now) < 86_400_000 { return room >= time.width + 3 ? "at " + time : time }
        let date = DisplayText(String(local.datePart.dropFirst(5)))
        return room >= date.width + 1 + time.width ? date + " " + time : date
    }

    /// Whether it is of the day that the screen's clock shows now.
    func isToday(_ moment: Timestamp) -> Bool { local(moment).datePart == local(now).datePart }

    /// `11-23`.
    func shortDate(_ moment: Timestamp) -> DisplayText { DisplayText(String(local(moment).datePart.dropFirst(5))) }

    /// `Mon 2026-11-23`.
    func date(_ moment: Timestamp) -> DisplayText {
        let local = self.local(moment)
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][local.parts.weekday]
        return DisplayText("\(weekday) \(local.datePart)")
    }

    /// What the screen's clock shows at a moment, written as if that were UTC.
    func local(_ moment: Timestamp) -> Timestamp { settings.clock.reading(at: moment) }

    /// `2026-11-23 18:07:03`.
    func fullClock(_ moment: Timestamp) -> DisplayText {
        let local = self.local(moment)
        return DisplayText("\(local.datePart) \(local.timePart)")
    }
}
