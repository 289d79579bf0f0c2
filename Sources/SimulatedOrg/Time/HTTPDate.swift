/// Dates as HTTP headers write them.
enum HTTPDate {
    /// `Mon, 23 Nov 2026 18:07:00 GMT`.
    static func format(_ stamp: Stamp) -> String {
        let (day, second) = StampFormat.split(stamp)
        let date = CivilDate(days: day)
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(day % 7 + 7) % 7]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = [second / 3_600, second / 60 % 60, second % 60].map { two($0) }.joined(separator: ":")
        return "\(weekday), \(two(date.day)) \(months[date.month - 1]) \(date.year) \(time) GMT"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
