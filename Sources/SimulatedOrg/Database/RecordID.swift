/// Record ids: three characters of key prefix, the org's pod, a base-62 counter, three check characters.
package enum RecordID {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let checkAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)
    private static let pod = Array("Hs0".utf8)
    private static let counterLength = 9

    /// The 18-character id of the row with this number; ids of one prefix sort like their numbers.
    static func make(prefix: String, number: Int) -> String {
        var bytes = Array(prefix.utf8) + pod
        var counter = [UInt8](repeating: digits[0], count: counterLength)
        var rest = number
        var position = counterLength - 1
        while rest > 0, position >= 0 {
            counter[position] = digits[rest % 62]
            rest /= 62
            position -= 1
        }
        bytes.append(contentsOf: counter)
        return String(decoding: bytes + checkCharacters(bytes), as: UTF8.self)
    }

    /// The number behind an id of this prefix, or nil when it isn't one of this org.
    static func number(of id: String, prefix: String) -> Int? {
        let bytes = Array(id.utf8)
        guard bytes.count == 15 || bytes.count == 18, bytes.starts(with: prefix.utf8), bytes[3..<6].elementsEqual(pod)
        else { return nil }
        if bytes.count == 18, Array(bytes[15...]) != checkCharacters(Array(bytes[..<15])) { return nil }
        var number = 0
        for byte in bytes[6..<15] {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 62)
            guard !overflow else { return nil }
            number = product + digit
        }
        return number
    }

    /// The 18-character form of a 15- or 18-character id, or nil when the text can't be an id.
    package static func normalised(_ id: String) -> String? {
        let bytes = Array(id.utf8)
        guard bytes.count == 15 || bytes.count == 18, bytes.allSatisfy({ digits.contains($0) }) else { return nil }
        let short = Array(bytes[..<15])
        return String(decoding: short + checkCharacters(short), as: UTF8.self)
    }

    private static func checkCharacters(_ bytes: [UInt8]) -> [UInt8] {
        (0..<3).map { group in
            var bits = 0
            for offset in 0..<5 where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[group * 5 + offset]) {
                bits |= 1 << offset
            }
            return checkAlphabet[bits]
        }
    }
}
