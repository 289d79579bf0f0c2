/// The parts of a moment in UTC, proleptic Gregorian.
package struct CalendarParts: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int
    /// 0 is Sunday.
    package var weekday: Int
}

extension Timestamp {
    /// The years 0 to 9999: what the four digits of a written moment can say.
    package static let writable =
        Timestamp(
            milliseconds: -62_167_219_200_000
        )...Timestamp(
            milliseconds: 253_402_300_799_999
        )

    /// The moment of a number of milliseconds; nil beyond the years that can be written.
    package init?(epochMilliseconds milliseconds: Int64) {
        self.init(milliseconds: milliseconds)
        guard Self.writable.contains(self) else { return nil }
    }

    /// The moment's parts in UTC (days-to-civil arithmetic on the 400-year cycle).
    package var parts: CalendarParts {
        let total = milliseconds
        let days = total / 86_400_000 - (total % 86_400_000 < 0 ? 1 : 0)
        let inDay = (total % 86_400_000 + 86_400_000) % 86_400_000
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let weekday = ((days + 4) % 7 + 7) % 7
        return CalendarParts(
            year: Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)),
            month: Int(month),
            day: Int(dayOfYear - (153 * monthIndex + 2) / 5 + 1),
            hour: Int(inDay / 3_600_000),
            minute: Int(inDay / 60_000 % 60),
            second: Int(inDay / 1000 % 60),
            millisecond: Int(inDay % 1000),
            weekday: Int(weekday)
        )
    }

    /// The moment of these UTC parts; nil if a part is out of its range.
    package init?(
        year: Int,
        month: Int,
        day: Int,
        hour: Int = 0,
        minute: Int = 0,
        second: Int = 0,
        millisecond: Int = 0
    ) {
        guard (1...12).contains(month), (1...31).contains(day), (0...24).contains(hour), (0...59).contains(minute),
            (0...60).contains(second), (0...999).contains(millisecond), (0...9999).contains(year),
            hour < 24 || minute == 0 && second == 0 && millisecond == 0
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = Int64(era) * 146_097 + Int64(dayOfEra) - 719_468
        // A day that its month doesn't have has become one of the next month.
        let midnight = Timestamp(milliseconds: days * 86_400_000).parts
        guard midnight.day == day, midnight.month == month else { return nil }
        let inDay = Int64(hour) * 3_600_000 + Int64(minute) * 60_000 + Int64(second) * 1000 + Int64(millisecond)
        self.init(milliseconds: days * 86_400_000 + inDay)
    }
}
