/// A JSON value that keeps the order of members and the spelling of numbers.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The digits as they were written: `1.50` stays `1.50`.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Parses one value; anything but white space around it is an error.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        var scanner = JSONScanner(Array(bytes))
        scanner.skipWhitespace()
        self = try JSON(from: &scanner, depth: 0)
        try scanner.expectEnd()
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }

    private init(from scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        guard depth < JSONScanner.maximumDepth else {
            throw scanner.failure("nested deeper than \(JSONScanner.maximumDepth) levels")
        }
        switch scanner.peek() {
        case 0x7B:
            var members: [Member] = []
            try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
                members.append(Member(scanner.unescaped(name), try JSON(from: &scanner, depth: depth + 1)))
            }
            self = .object(members)
        case 0x5B:
            var elements: [JSON] = []
            try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                elements.append(try JSON(from: &scanner, depth: depth + 1))
            }
            self = .array(elements)
        case 0x22: self = .string(scanner.unescaped(try scanner.stringRange()))
        case 0x74:
            _ = try scanner.value()
            self = .bool(true)
        case 0x66:
            _ = try scanner.value()
            self = .bool(false)
        case 0x6E:
            _ = try scanner.value()
            self = .null
        default: self = .number(scanner.text(try scanner.value()))
        }
    }
}

extension JSON {
    /// The last member of that name, as most parsers decide between repeated ones.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// A boolean, also where it was sent as the text `true` or `false`.
    package var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .string(let text):
            switch text.lowercased() {
            case "true", "yes": true
            case "false", "no": false
            default: nil
            }
        default: nil
        }
    }

    /// A whole number, also where it was sent as text, with blanks around it.
    package var integer: Int64? {
        switch self {
        case .number(let digits): Int64(digits) ?? Double(digits).flatMap { Int64(exactly: $0) }
        case .string(let text): Int64(Self.withoutBlanks(text))
        default: nil
        }
    }

    private static func withoutBlanks(_ text: String) -> Substring {
        var rest = text[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }

    package static func integer(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

    /// The value as text for a setting: strings as they are, numbers and booleans as spelled; nil for null and containers.
    package var settingText: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .number(String(value)) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
