extension StampFormat {
    /// Reads `2026-11-23T18:07:00[.000](Z|±hh:mm|±hhmm)`; fractions of a second are dropped.
    package static func stamp(_ text: String) -> Stamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 17, let day = days(bytes[0..<10]), bytes[10] == UInt8(ascii: "T"),
            let hour = number(bytes[11..<13]), bytes[13] == UInt8(ascii: ":"),
            let minute = number(bytes[14..<16]), hour < 24, minute < 60
        else { return nil }
        var position = 16
        var second = 0
        if bytes[position] == UInt8(ascii: ":") {
            guard bytes.count >= 20, let value = number(bytes[17..<19]), value < 61 else { return nil }
            second = value
            position = 19
            if bytes[position] == UInt8(ascii: ".") {
                position += 1
                while position < bytes.count, isDigit(bytes[position]) { position += 1 }
            }
        }
        guard let offset = zone(bytes[position...]) else { return nil }
        return day * 86_400 + hour * 3_600 + minute * 60 + second - offset
    }

    /// Reads `2026-11-23` as days since 1970.
    package static func days(_ text: String) -> Int? {
        days(Array(text.utf8)[...])
    }

    private static func days(_ bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        guard bytes.count == 10, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
            let year = number(bytes[start..<start + 4]), let month = number(bytes[start + 5..<start + 7]),
            let day = number(bytes[start + 8..<start + 10]), (1...12).contains(month)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return date.isValid ? date.days : nil
    }

    private static func zone(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return nil }
        let rest = bytes.dropFirst()
        if sign == UInt8(ascii: "Z") { return rest.isEmpty ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = rest.filter { $0 != UInt8(ascii: ":") }[...]
        guard digits.count == 4, let hours = number(digits.prefix(2)), let minutes = number(digits.suffix(2)) else {
            return nil
        }
        let offset = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -offset : offset
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
