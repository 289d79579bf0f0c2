import Primitives

/// One token of a query, with the offset of its first byte.
struct SOQLToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case word(String)
        case string(String)
        /// A number, date or date-time, as it was written.
        case literal(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    let offset: Int

    /// The token as an error message quotes it.
    var spelling: String {
        switch kind {
        case .word(let text), .string(let text), .literal(let text), .symbol(let text): text
        case .end: "<EOF>"
        }
    }
}

/// Splits query text into tokens.
struct SOQLTokenizer {
    private let text: [UInt8]
    private var position = 0

    init(_ query: String) {
        text = Array(query.utf8)
    }

    static func tokens(of query: String) throws(ServiceError) -> [SOQLToken] {
        var tokenizer = SOQLTokenizer(query)
        var tokens: [SOQLToken] = []
        while true {
            let token = try tokenizer.next(query)
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func next(_ query: String) throws(ServiceError) -> SOQLToken {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
        let start = position
        guard start < text.count else { return SOQLToken(kind: .end, offset: start) }
        let byte = text[start]
        if isLetter(byte) {
            while position < text.count,
                isLetter(text[position]) || isDigit(text[position]) || text[position] == UInt8(ascii: ".")
            {
                position += 1
            }
            return SOQLToken(kind: .word(slice(from: start)), offset: start)
        }
        if isDigit(byte)
            || ((byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")) && start + 1 < text.count
                && isDigit(text[start + 1]))
        {
            position += 1
            while position < text.count,
                isLetter(text[position]) || isDigit(text[position]) || ".:+-".utf8.contains(text[position])
            {
                position += 1
            }
            return SOQLToken(kind: .literal(slice(from: start)), offset: start)
        }
        if byte == UInt8(ascii: "'") { return SOQLToken(kind: .string(try string(query)), offset: start) }
        return try symbol(query)
    }

    private mutating func symbol(_ query: String) throws(ServiceError) -> SOQLToken {
        let start = position
        for symbol in ["!=", "<>", "<=", ">=", "<", ">", "=", "(", ")", ",", ":"]
        where text[start...].starts(with: symbol.utf8) {
            position += symbol.utf8.count
            return SOQLToken(kind: .symbol(symbol), offset: start)
        }
        let rest = String(decoding: text[start...], as: UTF8.self)
        throw SOQLError.unexpected(rest.first.map { String($0) } ?? "", at: start, in: query)
    }

    private mutating func string(_ query: String) throws(ServiceError) -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: "'") { return String(decoding: content, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), position < text.count else {
                content.append(byte)
                continue
            }
            let escaped = text[position]
            position += 1
            switch escaped {
            case UInt8(ascii: "n"), UInt8(ascii: "N"): content.append(0x0A)
            case UInt8(ascii: "r"), UInt8(ascii: "R"): content.append(0x0D)
            case UInt8(ascii: "t"), UInt8(ascii: "T"): content.append(0x09)
            case UInt8(ascii: "b"), UInt8(ascii: "B"): content.append(0x08)
            case UInt8(ascii: "f"), UInt8(ascii: "F"): content.append(0x0C)
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): content.append(escaped)
            case UInt8(ascii: "%"), UInt8(ascii: "_"):
                // Kept escaped: only LIKE gives these two a meaning.
                content.append(contentsOf: [UInt8(ascii: "\\"), escaped])
            default:
                throw SOQLError.malformed(
                    "Invalid string literal. Illegal character sequence '\\\(Character(Unicode.Scalar(escaped)))' in string literal",
                    at: start,
                    in: query
                )
            }
        }
        throw SOQLError.malformed("Bind variables only allowed in Apex code", at: start, in: query)
    }

    private func slice(from start: Int) -> String {
        String(decoding: text[start..<position], as: UTF8.self)
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
