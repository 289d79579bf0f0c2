import Primitives

/// A moment in whole seconds since 1970, the resolution in which an org stores its stamps.
package typealias Stamp = Int

/// Reads and writes moments as the REST API does.
package enum StampFormat {
    /// `2026-11-23T18:07:00.000+0000`.
    package static func dateTime(_ stamp: Stamp) -> String { Timestamp(seconds: Int64(stamp)).salesforce }

    /// The bytes of ``dateTime(_:)``, made at one go: a page of results has thousands of stamps.
    static func dateTimeBytes(_ stamp: Stamp) -> [UInt8] {
        let parts = Timestamp(seconds: Int64(stamp)).parts
        var output: [UInt8] = []
        output.reserveCapacity(28)
        func append(_ value: Int, _ separator: Unicode.Scalar?) {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10))
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
            if let separator { output.append(UInt8(ascii: separator)) }
        }
        append(parts.year / 100, nil)
        append(parts.year, "-")
        append(parts.month, "-")
        append(parts.day, "T")
        append(parts.hour, ":")
        append(parts.minute, ":")
        append(parts.second, nil)
        output.append(contentsOf: ".000+0000".utf8)
        return output
    }

    /// `2026-11-23`, of days since 1970.
    package static func date(_ days: Int) -> String { Timestamp(seconds: Int64(days) * 86_400).datePart }

    /// `Mon, 23 Nov 2026 18:07:00 GMT`, as headers say it.
    static func http(_ stamp: Stamp) -> String { Timestamp(seconds: Int64(stamp)).httpDate }

    /// Reads `2026-11-23T18:07[:00[.000]](Z|±hh:mm|±hhmm)`; fractions of a second are dropped.
    ///
    /// Time and zone must be there, other than in Salesforce's plain dates.
    package static func stamp(_ text: String) -> Stamp? {
        let bytes = Array(text.utf8)
        func isSign(_ place: Int) -> Bool { bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") }
        guard bytes.count >= 17, bytes[10] == UInt8(ascii: "T"),
            bytes.last == UInt8(ascii: "Z") || isSign(bytes.count - 5)
                || isSign(bytes.count - 6) && bytes[bytes.count - 3] == UInt8(ascii: ":")
        else { return nil }
        return Timestamp(parsing: text).flatMap { Int(exactly: $0.seconds) }
    }

    /// Reads `2026-11-23` as days since 1970.
    package static func days(_ text: String) -> Int? {
        guard text.utf8.count == 10 else { return nil }
        return Timestamp(parsing: text).map { split(Int($0.seconds)).day }
    }

    /// The day since 1970 and the second of that day.
    static func split(_ stamp: Stamp) -> (day: Int, second: Int) {
        let day = stamp >= 0 ? stamp / 86_400 : (stamp - 86_399) / 86_400
        return (day, stamp - day * 86_400)
    }
}
