extension BinaryInteger {
    /// `104 331`: groups of three with a space between them, the one way in which people read numbers here.
    ///
    /// For sentences and screens; what programs read has the plain digits.
    package var grouped: String {
        let digits = String(magnitude)
        var out = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out += " " }
            out.append(digit)
        }
        return out
    }

    /// `1 event`, `12 events`.
    package func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}
