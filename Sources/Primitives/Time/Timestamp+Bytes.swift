/// Moments as they stand in bodies, written into the bytes of those.
extension Timestamp {
    /// Appends `iso`.
    package func writeISO(to out: inout [UInt8]) {
        let parts = parts
        Self.write(parts.year, 4, to: &out)
        out.append(0x2D)
        Self.write(parts.month, 2, to: &out)
        out.append(0x2D)
        Self.write(parts.day, 2, to: &out)
        out.append(0x54)
        Self.writeTime(parts, to: &out)
        out.append(0x5A)
    }

    /// Appends `Mon Aug 20 15:30:07 UTC 2018`: Java's `Date.toString()`, which Cloud Elements sends as `createdDate`.
    package func writeJavaDate(to out: inout [UInt8]) {
        let parts = parts
        Self.writeName(parts.weekday, of: "SunMonTueWedThuFriSat", to: &out)
        out.append(0x20)
        Self.writeName(parts.month - 1, of: "JanFebMarAprMayJunJulAugSepOctNovDec", to: &out)
        out.append(0x20)
        Self.write(parts.day, 2, to: &out)
        out.append(0x20)
        Self.writeTime(parts, to: &out)
        out.append(contentsOf: " UTC ".utf8)
        Self.write(parts.year, 1, to: &out)
    }

    private static func writeTime(_ parts: CalendarParts, to out: inout [UInt8]) {
        write(parts.hour, 2, to: &out)
        out.append(0x3A)
        write(parts.minute, 2, to: &out)
        out.append(0x3A)
        write(parts.second, 2, to: &out)
    }

    /// Names of three letters each.
    private static func writeName(_ index: Int, of names: String, to out: inout [UInt8]) {
        out.append(contentsOf: names.utf8.dropFirst(index * 3).prefix(3))
    }

    /// At least so many digits.
    private static func write(_ number: Int, _ width: Int, to out: inout [UInt8]) {
        if width == 2, (0..<100).contains(number) {
            out.append(0x30 + UInt8(number / 10))
            out.append(0x30 + UInt8(number % 10))
            return
        }
        let digits = String(number).utf8
        for _ in 0..<max(0, width - digits.count) { out.append(0x30) }
        out.append(contentsOf: digits)
    }
}
