/// Durations as people write them: `250ms`, `15s`, `5m` or `5min`, `1h`, `2d`, `1h30m`.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Nil unless all of the text is whole numbers with units; `0` needs none.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text.lowercased().filter { $0 != " " })
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, digits.count <= 9, let number = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isLetter }
            guard let unit = units.first(where: { $0.name == (name == "min" ? "m" : name) }) else { return nil }
            rest = rest.dropFirst(name.count)
            let (sum, isTooLong) = total.addingReportingOverflow(number.multiplied(saturating: unit.milliseconds))
            guard !isTooLong else { return nil }
            total = sum
        }
        return .milliseconds(total)
    }

    /// The shortest spelling that `parse` reads back: `1h30m`.
    package static func text(_ duration: Duration) -> String {
        var rest = duration.wholeMilliseconds
        guard rest > 0 else { return "0s" }
        var out = ""
        for unit in units.reversed() {
            let count = rest / unit.milliseconds
            rest -= count * unit.milliseconds
            if count > 0 { out += "\(count)\(unit.name)" }
        }
        return out
    }
}

extension Duration {
    /// Milliseconds, cut; the longest that fit where there are more.
    package var wholeMilliseconds: Int64 {
        components.seconds.multiplied(saturating: 1000)
            .adding(saturating: components.attoseconds / 1_000_000_000_000_000)
    }
}
