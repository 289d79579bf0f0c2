/// Amounts of storage as people write them: `512MB`, `20 GB`, `1.5TB`. Each unit is 1024 of the one before, however it is
/// spelled (`MB`, `MiB`, `M`), as the dashboard shows them.
package enum ByteSize {
    private static let units: [(name: String, bytes: Int64)] = [
        ("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1),
    ]

    /// Nil unless all of the text is one number with a unit; `0` needs none.
    package static func parse(_ text: String) -> Int64? {
        let text = text.uppercased().filter { $0 != " " }
        if text == "0" { return 0 }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var name = String(text.dropFirst(digits.count))
        if name.hasSuffix("IB") { name = String(name.dropLast(2)) + "B" }
        if name.count == 1, name != "B" { name += "B" }
        guard let unit = units.first(where: { $0.name == name })?.bytes else { return nil }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, first.count <= 12, let whole = Int64(first) else { return nil }
        let (bytes, isTooLarge) = whole.multipliedReportingOverflow(by: unit)
        guard !isTooLarge else { return nil }
        guard parts.count == 2 else { return bytes }
        guard (1...3).contains(parts[1].count), let decimals = Int64(parts[1]), unit > 1 else { return nil }
        let thousandths = decimals * [100, 10, 1][parts[1].count - 1]
        // A thousandth of a terabyte times a thousand fits by far.
        let (sum, isOver) = bytes.addingReportingOverflow(unit / 1000 * thousandths + unit % 1000 * thousandths / 1000)
        return isOver ? nil : sum
    }

    /// `310 MB`, `1.5 GB`; cut, never rounded up.
    package static func text(_ bytes: Int64) -> String {
        let bytes = max(bytes, 0)
        guard let unit = units.first(where: { bytes >= $0.bytes }) else { return "0 B" }
        let (whole, rest) = bytes.quotientAndRemainder(dividingBy: unit.bytes)
        let tenths = rest / max(unit.bytes / 10, 1)
        let name = unit.name
        return unit.bytes < 1 << 30 || whole >= 100 || tenths == 0
            ? "\(whole) \(name)" : "\(whole).\(min(tenths, 9)) \(name)"
    }
}
