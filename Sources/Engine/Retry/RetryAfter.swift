import Domain
package import Primitives

/// Reads `Retry-After`: seconds, or one of the three date forms of RFC 9110.
package enum RetryAfter {
    /// A year in milliseconds: what a callback asks for counts in full, as long as it may be meant.
    package static let longest: Int64 = 366 * 86_400_000

    /// Milliseconds that nothing should be sent for; nil if the headers say nothing. Of several the longest counts.
    ///
    /// A date is held against `answered`, the date of the answer itself, so that no other clock matters.
    package static func wait(_ headers: [String], answered: Timestamp) -> Int64? {
        headers.compactMap { wait($0.trimmed, answered) }.max()
    }

    private static func wait(_ text: String, _ answered: Timestamp) -> Int64? {
        if let seconds = seconds(text) { return min(seconds.multiplied(saturating: 1000), longest) }
        guard let date = date(text), date > answered else { return nil }
        return min(date.since(answered), longest)
    }

    /// Part of a second is no number of RFC 9110, and is rounded up.
    private static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let whole = parts.first
        else { return nil }
        // Thirty years and more are no answer to a question about waiting.
        guard whole.utf8.count <= 9 else { return nil }
        let isMore = parts.count > 1 && parts[1].utf8.contains { $0 != 0x30 }
        return (Int64(whole) ?? 0) + (isMore ? 1 : 0)
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
