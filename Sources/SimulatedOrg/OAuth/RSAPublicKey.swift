import Crypto

/// An RSA public key that verifies RS256 signatures; just enough arithmetic for that.
struct RSAPublicKey {
    /// The modulus in 32-bit limbs, lowest first.
    private let modulus: [UInt32]
    private let exponent: UInt32
    private let byteCount: Int

    /// Reads a `PUBLIC KEY` or `RSA PUBLIC KEY` block.
    init?(pem: String) {
        let lines = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let der = Base64.decode(lines.joined()) else { return nil }
        var reader = DERReader(bytes: der[...])
        guard var outer = reader.enter(0x30) else { return nil }
        if outer.bytes.first == 0x30 {
            // SubjectPublicKeyInfo: an algorithm, then the key in a bit string.
            guard outer.enter(0x30) != nil, let bits = outer.enter(0x03), bits.bytes.first == 0 else { return nil }
            var inner = DERReader(bytes: bits.bytes.dropFirst())
            guard let key = inner.enter(0x30) else { return nil }
            outer = key
        }
        guard let modulus = outer.enter(0x02), let exponent = outer.enter(0x02), exponent.bytes.count <= 4 else {
            return nil
        }
        let significant = Array(modulus.bytes.drop { $0 == 0 })
        guard (128...512).contains(significant.count) else { return nil }
        byteCount = significant.count
        self.modulus = Self.limbs(significant)
        self.exponent = exponent.bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Whether a PKCS #1 v1.5 signature with SHA-256 fits the message.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == byteCount else { return false }
        let base = Self.limbs(signature)
        var result: [UInt32] = [1]
        for bit in stride(from: 31, through: 0, by: -1) {
            result = remainder(Self.product(result, result))
            if exponent >> UInt32(bit) & 1 == 1 { result = remainder(Self.product(result, base)) }
        }
        let digestInfo: [UInt8] = [
            0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20,
        ]
        let tail = digestInfo + Array(SHA256.hash(data: message))
        let padding = [UInt8](repeating: 0xFF, count: byteCount - tail.count - 3)
        return Self.bytes(result, count: byteCount) == [0, 1] + padding + [0] + tail
    }

    private static func limbs(_ bytes: [UInt8]) -> [UInt32] {
        var limbs = [UInt32](repeating: 0, count: (bytes.count + 3) / 4)
        for (index, byte) in bytes.reversed().enumerated() { limbs[index / 4] |= UInt32(byte) << UInt32(index % 4 * 8) }
        return limbs
    }

    private static func bytes(_ limbs: [UInt32], count: Int) -> [UInt8] {
        (0..<count).reversed().map { index in
            index / 4 < limbs.count ? UInt8(truncatingIfNeeded: limbs[index / 4] >> UInt32(index % 4 * 8)) : 0
        }
    }

    private static func product(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: left.count + right.count)
        for (i, factor) in left.enumerated() {
            var carry: UInt64 = 0
            for (j, other) in right.enumerated() {
                let sum = UInt64(factor) * UInt64(other) + UInt64(result[i + j]) + carry
                result[i + j] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            result[i + right.count] = UInt32(truncatingIfNeeded: carry)
        }
        return result
    }

    /// Long division bit by bit: slow, but a few milliseconds do for a token request.
    private func remainder(_ value: [UInt32]) -> [UInt32] {
        var rest = [UInt32](repeating: 0, count: modulus.count + 1)
        for bit in stride(from: value.count * 32 - 1, through: 0, by: -1) {
            var carry = value[bit / 32] >> UInt32(bit % 32) & 1
            for index in rest.indices {
                let next = rest[index] >> 31
                rest[index] = rest[index] << 1 | carry
                carry = next
            }
            if !isBelowModulus(rest) { subtractModulus(from: &rest) }
        }
        return Array(rest.dropLast())
    }

    private func isBelowModulus(_ value: [UInt32]) -> Bool {
        if value[modulus.count] != 0 { return false }
        for index in modulus.indices.reversed() where value[index] != modulus[index] {
            return value[index] < modulus[index]
        }
        return false
    }

    private func subtractModulus(from value: inout [UInt32]) {
        var borrow: UInt64 = 0
        for index in value.indices {
            let subtrahend = (index < modulus.count ? UInt64(modulus[index]) : 0) + borrow
            let minuend = UInt64(value[index])
            borrow = minuend < subtrahend ? 1 : 0
            value[index] = UInt32(truncatingIfNeeded: minuend &- subtrahend)
        }
    }
}

/// Walks through DER values.
private struct DERReader {
    private(set) var bytes: ArraySlice<UInt8>

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The content of the next value when it has this tag; the reader moves behind it.
    mutating func enter(_ tag: UInt8) -> DERReader? {
        guard bytes.count >= 2, bytes.removeFirst() == tag, var length = bytes.popFirst().map({ Int($0) }) else {
            return nil
        }
        if length > 0x80 {
            let count = length - 0x80
            guard count <= 3, bytes.count >= count else { return nil }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        guard bytes.count >= length else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return DERReader(bytes: bytes.prefix(length))
    }
}
