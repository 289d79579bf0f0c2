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
        guard let date = HTTPDate.parse(text), date > answered else { return nil }
        return min(date.since(answered), longest)
    }

    /// Part of a second is no number of RFC 9110, and is rounded up.
    private static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let whole = parts.first
        else { return nil }
        let digits = whole.drop { $0 == "0" }
        // However long the number, no more is meant than the longest.
        guard digits.utf8.count <= 9 else { return longest / 1000 }
        let isMore = parts.count > 1 && parts[1].utf8.contains { $0 != 0x30 }
        return (Int64(digits) ?? 0) + (isMore ? 1 : 0)
    }
}
