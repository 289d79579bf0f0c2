package import Primitives

/// Reads a moment as a person writes it: where the list shall go to, or what `since:` and `until:` mean.
///
/// What names no zone is a time of the clock that the reader goes by: for the dashboard and the commands that of the machine;
/// for the API, which knows of no clock but its own, UTC.
package enum TimeText {
    /// Words for a day, as they are offered.
    package static let days =
        ["today", "yesterday"] + weekdays.dropFirst() + weekdays.prefix(1)
    private static let weekdays = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]

    /// `-2h`, `90m`, `14:05`, `yesterday 14:00`, `monday`, `11-27 09:30`, `2026-11-27 09:30:15`, `2026-11-27`,
    /// `2026-11-27T09:30:15.123Z`, `…+01:00`; nil for anything else.
    ///
    /// A time alone is the last one that the clock showed, a date alone is its beginning, a day of the week or a date without
    /// its year the last one that has begun.
    package static func parse(_ text: String, at now: Timestamp, clock: LocalClock) -> Timestamp? {
        guard let moment = moment(text.lowercased(), at: now, clock: clock),
            Timestamp.writable.contains(moment)
        else { return nil }
        return moment
    }

    private static func moment(_ text: String, at now: Timestamp, clock: LocalClock) -> Timestamp? {
        if let moment = written(text, clock: clock) { return moment }
        let words = text.split { $0.isWhitespace || $0 == "t" && text.contains("-") }.map(String.init)
        guard let first = words.first, words.count <= 2 else { return nil }
        let local = clock.reading(at: now)
        func moment(_ date: String, _ time: String) -> Timestamp? {
            Timestamp(parsing: "\(date)T\(time)Z").map { clock.moment(of: $0) }
        }
        if words.count == 1 {
            if let ago = DurationText.parse(first.hasPrefix("-") ? String(first.dropFirst()) : first) {
                let (moment, isTooFar) = now.milliseconds.subtractingReportingOverflow(ago.wholeMilliseconds)
                return isTooFar ? nil : Timestamp(milliseconds: moment)
            }
            if let time = timeOfDay(first), let today = moment(local.datePart, time) {
                return today > now ? moment(local.advanced(bySeconds: -86_400).datePart, time) : today
            }
        }
        guard let date = date(first, local), let time = words.count == 1 ? "00:00:00" : timeOfDay(words[1]) else {
            return nil
        }
        return moment(date, time)
    }

    /// A date with its time in one, as programs write it; with a zone or without.
    private static func written(_ text: String, clock: LocalClock) -> Timestamp? {
        let text = text.uppercased()
        guard let moment = Timestamp(parsing: text) else { return nil }
        // Where one stands already, no other can follow.
        let hasZone = Timestamp(parsing: text + "Z") == nil && text.contains(":")
        return hasZone ? moment : clock.moment(of: moment)
    }

    /// `HH:MM:SS` of `9:30`, `09:30` or `09:30:15`.
    private static func timeOfDay(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy(isNumber) else { return nil }
        return (parts.map { $0.count == 1 ? "0\($0)" : String($0) } + (parts.count == 2 ? ["00"] : []))
            .joined(separator: ":")
    }

    /// `YYYY-MM-DD` of a date, of one without its year, or of a word.
    private static func date(_ text: String, _ local: Timestamp) -> String? {
        if let days = daysAgo(text, local) { return local.advanced(bySeconds: -86_400 * days).datePart }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.dropFirst(parts.count == 3 ? 1 : 0).allSatisfy(isNumber) else { return nil }
        if parts.count == 3 { return text }
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let month = Int(parts[0]), let day = Int(parts[1])
        else { return nil }
        return lastDate(month, day, local)
    }

    /// This year's, or that of the last year in which it has begun and exists: leap years are up to eight years apart.
    private static func lastDate(_ month: Int, _ day: Int, _ local: Timestamp) -> String? {
        let thisYear = local.parts.year
        for year in stride(from: thisYear, through: thisYear - 8, by: -1) {
            if let date = Timestamp(year: year, month: month, day: day), date <= local { return date.datePart }
        }
        return nil
    }

    private static func daysAgo(_ text: String, _ local: Timestamp) -> Int64? {
        switch text {
        case "today": return 0
        case "yesterday": return 1
        default:
            guard let day = weekdays.firstIndex(of: text) else { return nil }
            return Int64((local.parts.weekday - day + 7) % 7)
        }
    }

    private static func isNumber(_ text: Substring) -> Bool {
        (1...2).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isNumber }
    }
}
