import Primitives

/// Reads a moment as a person types it, in the time zone of the screen.
enum TimeText {
    /// `-2h`, `90m`, `14:05`, `yesterday 14:00`, `11-27 09:30`, `2026-11-27 09:30:15`, `2026-11-27`; nil for anything else. A
    /// time alone is the last one that the clock showed, a date alone is its beginning.
    static func parse(_ text: String, at now: Timestamp, utcOffset: Int) -> Timestamp? {
        let text = text.lowercased()
        let words = text.split { $0.isWhitespace || $0 == "t" && text.contains("-") }.map(String.init)
        guard let first = words.first, words.count <= 2 else { return nil }
        let local = now.advanced(bySeconds: Int64(utcOffset))
        func moment(_ date: String, _ time: String) -> Timestamp? {
            Timestamp(parsing: "\(date)T\(time)Z").map { $0.advanced(bySeconds: -Int64(utcOffset)) }
        }
        if words.count == 1 {
            if let ago = DurationText.parse(first.hasPrefix("-") ? String(first.dropFirst()) : first) {
                return now.advanced(byMilliseconds: -ago.wholeMilliseconds)
            }
            if let time = clock(first), let today = moment(local.datePart, time) {
                return today > now ? today.advanced(bySeconds: -86_400) : today
            }
        }
        guard let date = date(first, local), let time = words.count == 1 ? "00:00:00" : clock(words[1]) else {
            return nil
        }
        return moment(date, time)
    }

    /// `HH:MM:SS` of `9:30`, `09:30` or `09:30:15`.
    private static func clock(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy(isNumber) else { return nil }
        return (parts.map { $0.count == 1 ? "0\($0)" : String($0) } + (parts.count == 2 ? ["00"] : []))
            .joined(separator: ":")
    }

    /// `YYYY-MM-DD` of a date, of one without its year, or of a word.
    private static func date(_ text: String, _ local: Timestamp) -> String? {
        switch text {
        case "today": return local.datePart
        case "yesterday": return local.advanced(bySeconds: -86_400).datePart
        default: break
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.dropFirst(parts.count == 3 ? 1 : 0).allSatisfy(isNumber) else { return nil }
        if parts.count == 3 { return text }
        return parts.count == 2 ? "\(local.datePart.prefix(4))-\(text)" : nil
    }

    private static func isNumber(_ text: Substring) -> Bool {
        (1...2).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isNumber }
    }
}
