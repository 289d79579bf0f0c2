/// Standard base64 (RFC 4648, padded) and its URL-safe form without padding.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let safeAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        encode(Array(bytes), alphabet, isPadded: true)
    }

    package static func encodeURLSafe(_ bytes: some Sequence<UInt8>) -> String {
        encode(Array(bytes), safeAlphabet, isPadded: false)
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], isPadded: Bool) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            let third = index + 2 < bytes.count ? bytes[index + 2] : 0
            out.append(alphabet[Int(first >> 2)])
            out.append(alphabet[Int((first & 3) << 4 | second >> 4)])
            if index + 1 < bytes.count { out.append(alphabet[Int((second & 15) << 2 | third >> 6)]) }
            if index + 2 < bytes.count { out.append(alphabet[Int(third & 63)]) }
            index += 3
        }
        if isPadded { while out.count % 4 != 0 { out.append(0x3D) } }
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether it is what every library reads alike: the standard alphabet, padded, and no bits left over.
    package static func isStandard(_ text: String) -> Bool { decode(text).map { encode($0) == text } ?? false }

    /// Decodes both alphabets, padded or not; nil for anything else or nothing.
    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var digits = text
        while digits.last == 0x3D { digits.removeLast() }
        guard !digits.isEmpty, digits.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            let value: UInt32
            switch digit {
            case 0x41...0x5A: value = UInt32(digit - 0x41)
            case 0x61...0x7A: value = UInt32(digit - 0x61 + 26)
            case 0x30...0x39: value = UInt32(digit - 0x30 + 52)
            case 0x2B, 0x2D: value = 62
            case 0x2F, 0x5F: value = 63
            default: return nil
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return out
    }
}
