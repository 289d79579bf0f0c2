/// The moments of HTTP's headers, like `Date` and `Retry-After`.
package enum HTTPDate {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Reads the three forms that RFC 9110, 5.6.7 has every recipient accept: `Mon, 23 Nov 2026 18:07:00 GMT`,
    /// `Monday, 23-Nov-26 18:07:00 GMT` and `Mon Nov 23 18:07:00 2026`; nil for anything else.
    package static func parse(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 64 else { return nil }
        let parts = text.split(separator: " ")
        switch parts.count {
        case 6 where isZone(parts[5]): return moment(parts[1], parts[2], parts[3], parts[4])
        case 5: return moment(parts[2], parts[1], parts[4], parts[3])
        case 4 where isZone(parts[3]):
            let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            return date.count == 3 ? moment(date[0], date[1], date[2], parts[2]) : nil
        default: return nil
        }
    }

    private static func isZone(_ text: Substring) -> Bool { ["gmt", "utc"].contains(text.lowercased()) }

    private static func moment(
        _ day: Substring,
        _ month: Substring,
        _ year: Substring,
        _ clock: Substring
    ) -> Timestamp? {
        let clock = clock.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 1...2) }
        guard let day = number(day, digits: 1...2), let month = months.firstIndex(of: month.lowercased()),
            let year = self.year(year), clock.count == 3, let hour = clock[0], let minute = clock[1],
            let second = clock[2]
        else { return nil }
        return Timestamp(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    /// Two digits are of this century or of the last one, not more than fifty years ahead.
    private static func year(_ text: Substring) -> Int? {
        guard let year = number(text, digits: 2...4), text.utf8.count != 3 else { return nil }
        guard text.utf8.count == 2 else { return year }
        return year < 70 ? 2000 + year : 1900 + year
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
