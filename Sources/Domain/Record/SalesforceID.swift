/// A record id in its 18-character form, the only one that keys, lanes and comparisons use.
///
/// Salesforce accepts 15 and 18 characters for the same record. The last three are a checksum of the case of the first
/// fifteen: per group of five, bit *j* is set when character *j* is a capital; alphabet `A–Z0–5`.
package struct SalesforceID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)

    /// Nil unless `text` is 15 or 18 ASCII letters and digits; 18 are taken with the checksum put right.
    package init?(_ text: String) {
        guard text.utf8.count == 15 || text.utf8.count == 18 else { return nil }
        var full: [UInt8] = []
        full.reserveCapacity(18)
        full.append(contentsOf: text.utf8)
        guard full.allSatisfy(Self.isAlphanumeric) else { return nil }
        var isRight = full.count == 18
        for group in 0..<3 {
            var bits = 0
            for offset in 0..<5 where (0x41...0x5A).contains(full[group * 5 + offset]) { bits |= 1 << offset }
            let check = Self.alphabet[bits]
            if full.count == 15 + group { full.append(check) }
            if full[15 + group] != check {
                full[15 + group] = check
                isRight = false
            }
        }
        self.text = isRight ? text : String(decoding: full, as: UTF8.self)
    }

    package var description: String { text }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
