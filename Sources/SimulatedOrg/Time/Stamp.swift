/// A moment in whole seconds since 1970, the resolution in which an org stores its stamps.
package typealias Stamp = Int

/// Reads and writes the date formats of the REST API.
package enum StampFormat {
    /// `2026-11-23T18:07:00.000+0000`.
    package static func dateTime(_ stamp: Stamp) -> String {
        String(decoding: dateTimeBytes(stamp), as: UTF8.self)
    }

    /// The bytes of ``dateTime(_:)``, for result pages with thousands of stamps.
    static func dateTimeBytes(_ stamp: Stamp) -> [UInt8] {
        let (day, second) = split(stamp)
        var output: [UInt8] = []
        output.reserveCapacity(28)
        write(day: day, to: &output)
        output.append(UInt8(ascii: "T"))
        twoDigits(second / 3_600, to: &output)
        output.append(UInt8(ascii: ":"))
        twoDigits(second / 60 % 60, to: &output)
        output.append(UInt8(ascii: ":"))
        twoDigits(second % 60, to: &output)
        output.append(contentsOf: ".000+0000".utf8)
        return output
    }

    /// `2026-11-23`, of days since 1970.
    package static func date(_ days: Int) -> String {
        var output: [UInt8] = []
        write(day: days, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    static func split(_ stamp: Stamp) -> (day: Int, second: Int) {
        let day = stamp >= 0 ? stamp / 86_400 : (stamp - 86_399) / 86_400
        return (day, stamp - day * 86_400)
    }

    private static func write(day: Int, to output: inout [UInt8]) {
        let date = CivilDate(days: day)
        twoDigits(date.year / 100, to: &output)
        twoDigits(date.year % 100, to: &output)
        output.append(UInt8(ascii: "-"))
        twoDigits(date.month, to: &output)
        output.append(UInt8(ascii: "-"))
        twoDigits(date.day, to: &output)
    }

    private static func twoDigits(_ value: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10))
        output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
