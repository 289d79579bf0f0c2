extension JSON {
    /// Why bytes are not JSON, with the place where reading stopped.
    package struct SyntaxError: Error, Equatable {
        package let line: Int
        package let column: Int
    }

    /// Parses bytes that hold exactly one value.
    ///
    /// - Throws: ``SyntaxError`` for anything else, and for values nested deeper than 200 levels.
    package init(parsing bytes: [UInt8]) throws(SyntaxError) {
        var reader = Reader(bytes: bytes)
        self = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw reader.error() }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        func error() -> SyntaxError {
            let before = bytes.prefix(position)
            let line = before.count { $0 == 0x0A } + 1
            let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            return SyntaxError(line: line, column: position - lineStart + 1)
        }

        mutating func skipBlanks() {
            while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
        }

        mutating func value(depth: Int) throws(SyntaxError) -> JSON {
            skipBlanks()
            guard position < bytes.count, depth < 200 else { throw error() }
            switch bytes[position] {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        mutating func word(_ word: String, _ value: JSON) throws(SyntaxError) -> JSON {
            guard bytes[position...].starts(with: word.utf8) else { throw error() }
            position += word.utf8.count
            return value
        }

        mutating func number() throws(SyntaxError) -> JSON {
            let start = position
            if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
            while position < bytes.count, "0123456789.eE+-".utf8.contains(bytes[position]) { position += 1 }
            let spelling = String(decoding: bytes[start..<position], as: UTF8.self)
            guard Double(spelling) != nil else {
                position = start
                throw error()
            }
            return .number(spelling)
        }

        mutating func array(depth: Int) throws(SyntaxError) -> JSON {
            position += 1
            var elements: [JSON] = []
            skipBlanks()
            if take("]") { return .array([]) }
            repeat { elements.append(try value(depth: depth + 1)) } while takeAfterBlanks(",")
            guard takeAfterBlanks("]") else { throw error() }
            return .array(elements)
        }

        mutating func object(depth: Int) throws(SyntaxError) -> JSON {
            position += 1
            var members: [Member] = []
            skipBlanks()
            if take("}") { return .object([]) }
            repeat {
                skipBlanks()
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw error() }
                let name = try string()
                guard takeAfterBlanks(":") else { throw error() }
                members.append(Member(name, try value(depth: depth + 1)))
            } while takeAfterBlanks(",")
            guard takeAfterBlanks("}") else { throw error() }
            return .object(members)
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func takeAfterBlanks(_ character: Unicode.Scalar) -> Bool {
            skipBlanks()
            return take(character)
        }

        mutating func string() throws(SyntaxError) -> String {
            position += 1
            var content: [UInt8] = []
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
                case UInt8(ascii: "\\"): try escape(into: &content)
                case 0..<0x20: throw error()
                default: content.append(byte)
                }
            }
            throw error()
        }

        mutating func escape(into content: inout [UInt8]) throws(SyntaxError) {
            guard position < bytes.count else { throw error() }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "n"): content.append(0x0A)
            case UInt8(ascii: "r"): content.append(0x0D)
            case UInt8(ascii: "t"): content.append(0x09)
            case UInt8(ascii: "b"): content.append(0x08)
            case UInt8(ascii: "f"): content.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
            case UInt8(ascii: "u"): content.append(contentsOf: String(Character(try scalar())).utf8)
            default: throw error()
            }
        }

        mutating func scalar() throws(SyntaxError) -> Unicode.Scalar {
            let first = try codeUnit()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else { return "\u{FFFD}" }
            let second = try codeUnit()
            guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? "\u{FFFD}"
        }

        mutating func codeUnit() throws(SyntaxError) -> UInt32 {
            guard position + 4 <= bytes.count,
                let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
            else { throw error() }
            position += 4
            return unit
        }
    }
}
