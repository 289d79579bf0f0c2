/// Walks over JSON bytes and says where each value begins and ends, so that values can be kept as the sender spelled them.
///
/// Strict RFC 8259: no comments, no trailing commas, no bare control characters, valid UTF-8, depth bounded.
package struct JSONScanner {
    package static let maximumDepth = 128

    private let bytes: [UInt8]
    /// Of the next byte.
    var position: Int

    /// Begins at a byte: at a value that was found before, it is scanned again without a copy.
    package init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    package mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    package func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    package var isAtEnd: Bool { position == bytes.count }

    package func failure(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }

    package mutating func consume(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    package mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
        guard consume(byte) else { throw failure("expected \(name)") }
    }

    /// Only white space may follow the value.
    package mutating func expectEnd() throws(JSONError) {
        skipWhitespace()
        guard isAtEnd else { throw failure("unexpected text after the value") }
    }

    package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether the value that was found at a place is a string.
    package func isString(_ place: Range<Int>) -> Bool { bytes[place.lowerBound] == 0x22 }

    /// Whether the value that was found at a place is null.
    package func isNull(_ place: Range<Int>) -> Bool { bytes[place.lowerBound] == 0x6E }

    /// Skips one value of any kind and returns where its bytes stand.
    package mutating func value(depth: Int = 0) throws(JSONError) -> Range<Int> {
        guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
        let start = position
        switch peek() {
        case 0x7B:
            try members { (scanner: inout JSONScanner, _) throws(JSONError) in _ = try scanner.value(depth: depth + 1) }
        case 0x5B:
            try elements { (scanner: inout JSONScanner) throws(JSONError) in _ = try scanner.value(depth: depth + 1) }
        case 0x22: _ = try stringRange()
        case 0x74: try literal(Self.trueWord)
        case 0x66: try literal(Self.falseWord)
        case 0x6E: try literal(Self.nullWord)
        case .some(0x2D), .some(0x30...0x39): try number()
        case nil: throw failure("the text ends where a value should begin")
        default: throw failure("a value can't begin with this character")
        }
        return start..<position
    }

    /// Walks the members of the object that begins here; `body` must consume exactly the value.
    package mutating func members(
        _ body: (inout JSONScanner, Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(0x7B, "'{'")
        skipWhitespace()
        if consume(0x7D) { return }
        while true {
            skipWhitespace()
            guard peek() == 0x22 else { throw failure("expected a member name") }
            let name = try stringRange()
            skipWhitespace()
            try expect(0x3A, "':'")
            skipWhitespace()
            try body(&self, name)
            skipWhitespace()
            if consume(0x2C) { continue }
            try expect(0x7D, "',' or '}'")
            return
        }
    }

    /// Walks the elements of the array that begins here; `body` must consume exactly the value.
    package mutating func elements(_ body: (inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        try expect(0x5B, "'['")
        skipWhitespace()
        if consume(0x5D) { return }
        while true {
            skipWhitespace()
            try body(&self)
            skipWhitespace()
            if consume(0x2C) { continue }
            try expect(0x5D, "',' or ']'")
            return
        }
    }

    /// Where the next byte stands that means something within a string: its end, an escape, or what must not be there.
    private func plainEnd() -> Int {
        let bytes = bytes.span
        var index = position
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
        return index
    }

    /// Skips a string and returns where it stands, quotation marks included.
    package mutating func stringRange() throws(JSONError) -> Range<Int> {
        let start = position
        try expect(0x22, "a string")
        while true {
            position = plainEnd()
            guard position < bytes.count else { break }
            let byte = bytes[position]
            switch byte {
            case 0x22:
                position += 1
                return start..<position
            case 0x5C:
                position += 1
                guard let escape = peek() else { throw failure("the text ends inside a string") }
                switch escape {
                case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: position += 1
                case 0x75:
                    position += 1
                    for _ in 0..<4 {
                        guard let digit = peek(), Self.hexValue(digit) != nil else {
                            throw failure("\\u wants four hexadecimal digits")
                        }
                        position += 1
                    }
                default: throw failure("unknown escape")
                }
            case 0x00..<0x20: throw failure("a control character inside a string must be escaped")
            default: position += 1
            }
        }
        throw failure("the text ends inside a string")
    }

    /// The text that the string at `range` (with its quotation marks) stands for.
    package func unescaped(_ range: Range<Int>) -> String {
        let inner = (range.lowerBound + 1)..<(range.upperBound - 1)
        guard holds(0x5C, in: inner) else { return text(inner) }
        var out: [UInt8] = []
        out.reserveCapacity(inner.count)
        var index = inner.lowerBound
        while index < inner.upperBound {
            guard bytes[index] == 0x5C else {
                out.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case 0x62: out.append(0x08)
            case 0x66: out.append(0x0C)
            case 0x6E: out.append(0x0A)
            case 0x72: out.append(0x0D)
            case 0x74: out.append(0x09)
            case 0x75:
                var unit = codeUnit(at: index)
                index += 4
                // A pair of surrogates is one scalar; a lone one can't be text and becomes U+FFFD.
                if (0xD800..<0xDC00).contains(unit), index + 5 < inner.upperBound, bytes[index] == 0x5C,
                    bytes[index + 1] == 0x75
                {
                    let low = codeUnit(at: index + 2)
                    if (0xDC00..<0xE000).contains(low) {
                        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                        index += 6
                    }
                }
                let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
                out.append(contentsOf: Character(scalar).utf8)
            default: out.append(escape)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Whether the string at `range` (with its quotation marks) is a text without escapes, to the byte. A text that needs
    /// escapes never is.
    package func spells(_ text: String, at range: Range<Int>) -> Bool {
        let (text, bytes) = (text.utf8.span, bytes.span)
        guard text.count == range.count - 2 else { return false }
        for index in text.indices {
            let byte = bytes[range.lowerBound + 1 + index]
            if byte != text[index] || byte == 0x5C { return false }
        }
        return true
    }

    private func holds(_ byte: UInt8, in range: Range<Int>) -> Bool {
        let bytes = bytes.span
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == byte { return true }
            index += 1
        }
        return false
    }

    private func codeUnit(at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for offset in 0..<4 { unit = unit << 4 | UInt32(Self.hexValue(bytes[index + offset]) ?? 0) }
        return unit
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    private static let trueWord = Array("true".utf8)
    private static let falseWord = Array("false".utf8)
    private static let nullWord = Array("null".utf8)

    private mutating func literal(_ word: [UInt8]) throws(JSONError) {
        for byte in word {
            guard consume(byte) else { throw failure("only true, false and null do without quotation marks") }
        }
    }

    private mutating func number() throws(JSONError) {
        _ = consume(0x2D)
        if !consume(0x30) { try digits() }
        if consume(0x2E) { try digits() }
        if consume(0x65) || consume(0x45) {
            if !consume(0x2B) { _ = consume(0x2D) }
            try digits()
        }
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw failure("expected a digit") }
    }
}
