import Primitives

/// SOQL's date literals: spans of whole days in UTC around today.
enum RelativeDate {
    private static let plain: Set<String> = [
        "YESTERDAY", "TODAY", "TOMORROW", "LAST_WEEK", "THIS_WEEK", "NEXT_WEEK", "LAST_MONTH", "THIS_MONTH",
        "NEXT_MONTH", "LAST_90_DAYS", "NEXT_90_DAYS", "LAST_QUARTER", "THIS_QUARTER", "NEXT_QUARTER", "LAST_YEAR",
        "THIS_YEAR", "NEXT_YEAR",
    ]
    private static let counted: Set<String> = [
        "LAST_N_DAYS", "NEXT_N_DAYS", "N_DAYS_AGO", "LAST_N_WEEKS", "NEXT_N_WEEKS", "N_WEEKS_AGO", "LAST_N_MONTHS",
        "NEXT_N_MONTHS", "N_MONTHS_AGO", "LAST_N_QUARTERS", "NEXT_N_QUARTERS", "LAST_N_YEARS", "NEXT_N_YEARS",
        "N_YEARS_AGO",
    ]

    /// Whether the literal of this name takes a `:n`, or nil when there is no such literal.
    static func takesCount(_ name: String) -> Bool? {
        let upper = name.uppercased()
        if plain.contains(upper) { return false }
        return counted.contains(upper) ? true : nil
    }

    /// The first and last day that the literal spans, as days since 1970.
    static func days(_ name: String, count: Int?, today: Int) -> ClosedRange<Int> {
        let n = count ?? 1
        switch name {
        case "YESTERDAY": return today - 1...today - 1
        case "TOMORROW": return today + 1...today + 1
        case "LAST_90_DAYS": return today - 90...today
        case "NEXT_90_DAYS": return today + 1...today + 90
        case "LAST_N_DAYS": return today - n...today
        case "NEXT_N_DAYS": return n == 0 ? today...today : today + 1...today + n
        case "N_DAYS_AGO": return today - n...today - n
        default: return periods(name, n, today: today)
        }
    }

    private static func periods(_ name: String, _ n: Int, today: Int) -> ClosedRange<Int> {
        let first: Int
        let last: Int
        switch name {
        case _ where name.hasSuffix("_AGO"): (first, last) = (-n, -n)
        case _ where name.hasPrefix("LAST_"): (first, last) = (-max(1, n), -1)
        case _ where name.hasPrefix("NEXT_"): (first, last) = (1, max(1, n))
        default: (first, last) = (0, 0)
        }
        if name.contains("WEEK") {
            // Weeks start on Sunday; 1970-01-01 was a Thursday.
            let sunday = today - ((today + 4) % 7 + 7) % 7
            return sunday + first * 7...sunday + last * 7 + 6
        }
        let date = Timestamp(seconds: Int64(today) * 86_400).parts
        if name.contains("MONTH") { return months(date, date.month, first, last, length: 1) }
        if name.contains("QUARTER") { return months(date, (date.month - 1) / 3 * 3 + 1, first, last, length: 3) }
        if name.contains("YEAR") { return months(date, 1, first, last, length: 12) }
        return today...today
    }

    private static func months(
        _ date: CalendarParts,
        _ start: Int,
        _ first: Int,
        _ last: Int,
        length: Int
    ) -> ClosedRange<Int> {
        let lower = firstDay(year: date.year, month: start + first * length)
        return lower...max(lower, firstDay(year: date.year, month: start + (last + 1) * length) - 1)
    }

    /// The first day of a month; one outside 1…12 is carried into the year, and years that can't be written are cut.
    private static func firstDay(year: Int, month: Int) -> Int {
        let months = max(0, year * 12 + month - 1)
        let moment = Timestamp(year: months / 12, month: months % 12 + 1, day: 1) ?? Timestamp.writable.upperBound
        return StampFormat.split(Int(moment.seconds)).day
    }
}
