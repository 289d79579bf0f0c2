import Domain
package import Primitives

/// Reads `Retry-After`: seconds, or one of the three date forms of RFC 9110.
package enum RetryAfter {
    /// A year: beyond it the header is taken for a mistake and cut.
    private static let longest: Int64 = 366 * 86_400_000

    /// The moment before which nothing should be sent; nil if the header says nothing.
    package static func moment(_ header: String, now: Timestamp) -> Timestamp? {
        let text = header.trimmed
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            let seconds = text.utf8.count > 9 ? longest / 1000 : Int64(text) ?? 0
            return now.advanced(byMilliseconds: min(seconds * 1000, longest))
        }
        guard let date = date(text), date > now else { return nil }
        return min(date, now.advanced(byMilliseconds: longest))
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    package static func date(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 40 else { return nil }
        var parts = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        guard parts.count >= 5 else { return nil }
        parts.removeFirst()
        if parts.last?.uppercased() == "GMT" || parts.last?.uppercased() == "UTC" { parts.removeLast() }
        guard parts.count == 4 else { return nil }
        // asctime puts the month first and the year last.
        if Int(parts[0]) == nil { parts = [parts[1], parts[0], parts[3], parts[2]] }
        let clock = parts[3].split(separator: ":").map { Int($0) }
        guard let day = Int(parts[0]), var year = Int(parts[2]), clock.count == 3,
            let month = months.firstIndex(of: String(parts[1].lowercased().prefix(3))),
            let hour = clock[0], let minute = clock[1], let second = clock[2]
        else { return nil }
        if parts[2].count == 2 { year += year < 70 ? 2000 : 1900 }
        return Timestamp(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }
}
