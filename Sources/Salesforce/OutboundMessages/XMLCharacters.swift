/// Makes text that XML 1.0 takes of what a sender wrote.
///
/// Texts of an org may hold characters that XML forbids, bare or as references (`&#11;`), and its writer passes them on.
/// A message must not be refused for one of them, as it would be sent again for a day: U+FFFD stands in its place. Half
/// a pair of surrogates is such a character; both halves, one reference each, are the character that they stand for.
struct XMLCharacters {
    /// Well-formed UTF-8.
    private(set) var bytes: [UInt8] = []
    private(set) var replaced = 0
    /// `<!` that begins neither a comment nor a CDATA section: a document type, an entity, an attribute list.
    private(set) var hasDeclaration = false

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    init(_ source: [UInt8]) {
        let source = validated(source)
        bytes.reserveCapacity(source.count)
        var index = 0
        // What ends the section in which nothing but its end has a meaning.
        var end: [UInt8]?
        while index < source.count {
            let byte = source[index]
            if let closing = end {
                if byte == closing[0], source[index...].starts(with: closing) { end = nil }
            } else if byte == 0x3C {
                let rest = source[(index + 1)...]
                if rest.starts(with: "!--".utf8) {
                    end = Array("-->".utf8)
                    // The hyphens that open it are not those that close it.
                    bytes += source[index..<index + 4]
                    index += 4
                    continue
                } else if rest.starts(with: "![CDATA[".utf8) {
                    end = Array("]]>".utf8)
                } else if rest.first == 0x3F {
                    end = Array("?>".utf8)
                } else if rest.first == 0x21 {
                    hasDeclaration = true
                }
            } else if byte == 0x26, let (length, text) = reference(source[index...]) {
                bytes += text
                index += length
                continue
            }
            index += copy(source, at: index)
        }
    }

    /// Copies one character, or what stands for it; gives its length.
    private mutating func copy(_ source: [UInt8], at index: Int) -> Int {
        let byte = source[index]
        if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D {
            replaced += 1
            bytes += Self.replacement
            return 1
        }
        // U+FFFE and U+FFFF.
        if byte == 0xEF, index + 2 < source.count, source[index + 1] == 0xBF, source[index + 2] >= 0xBE {
            replaced += 1
            bytes += Self.replacement
            return 3
        }
        bytes.append(byte)
        return 1
    }

    /// What stands for a numeric reference that XML forbids, and how long that is; nil where it may stay as it is.
    private mutating func reference(_ source: ArraySlice<UInt8>) -> (length: Int, text: [UInt8])? {
        guard let (length, code) = Self.number(source) else { return nil }
        if let scalar = code.flatMap(Unicode.Scalar.init), Self.isAllowed(scalar.value) { return nil }
        if let code, (0xD800..<0xDC00).contains(code),
            let (more, low) = Self.number(source.dropFirst(length)), let low, (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
        {
            return (length + more, Array(String(Character(scalar)).utf8))
        }
        replaced += 1
        return (length, Self.replacement)
    }

    /// The length and code of `&#11;` or `&#xB;`; the code is nil where it is beyond all characters.
    private static func number(_ source: ArraySlice<UInt8>) -> (length: Int, code: UInt32?)? {
        guard source.starts(with: "&#".utf8) else { return nil }
        var rest = source.dropFirst(2)
        let isHexadecimal = rest.first == 0x78
        if isHexadecimal { rest = rest.dropFirst() }
        let digits = rest.prefix { byte in
            (0x30...0x39).contains(byte) || isHexadecimal && (0x41...0x46).contains(byte & 0xDF)
        }
        guard !digits.isEmpty, rest.dropFirst(digits.count).first == 0x3B else { return nil }
        let length = (isHexadecimal ? 4 : 3) + digits.count
        let significant = digits.drop { $0 == 0x30 }
        guard significant.count <= 8 else { return (length, nil) }
        let text = String(decoding: significant, as: UTF8.self)
        return (length, text.isEmpty ? 0 : UInt32(text, radix: isHexadecimal ? 16 : 10))
    }

    private static func isAllowed(_ code: UInt32) -> Bool {
        switch code {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// The bytes as UTF-8, with U+FFFD for what is none.
    private mutating func validated(_ source: [UInt8]) -> [UInt8] {
        if String(validating: source, as: UTF8.self) != nil { return source }
        let repaired = Array(String(decoding: source, as: UTF8.self).utf8)
        replaced += 1
        return repaired
    }
}
